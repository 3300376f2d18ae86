/** A row of the table of questions, as the templates of the build write it. */

import { lineage } from "./filters.js";
import { at, h, levelSign } from "./site.js";

/** @import {Columns} from "./columns.js" */

/** Reports and companies that a row names; the question's page has all. */
const MOST = 3;

/**
 * @param {Columns} columns
 * @param {number} row
 * @param {string} overview
 * @param {Uint8Array} [companies]  on the page of a company: 1 at each company whose reports the row says in full
 */
export function tableRow(columns, row, overview, companies) {
  const id = columns.ids[row];
  const topic = columns.topics[columns.topic[row]];
  return h(
    "tr",
    { "data-id": id },
    h("th", { scope: "row", class: "qb-table__title" }, h("a", { href: at(`questions/${id}/`) }, columns.titles[row]), overview && h("span", { class: "qb-table__overview" }, overview)),
    h("td", { class: "qb-table__level" }, levelSign(columns.difficulty[row])),
    h("td", { class: "qb-table__topic" }, h("a", { href: at(`topics/${topic.id}/`) }, topic.name)),
    h("td", { class: "qb-table__companies" }, ...(companies ? reportsOf(columns, row, companies) : reported(columns, row))),
  );
}

/**
 * The companies that a source names, with the newest date.
 * @param {Columns} columns
 * @param {number} row
 */
function reported(columns, row) {
  const links = companyLinks(columns, row, () => true);
  if (!links.length) return [h("span", { class: "qb-none" }, h("span", { "aria-hidden": "true" }, "–"), h("span", { class: "qb-hidden" }, "no company reported"))];
  const newest = sightingsOf(columns, row).find((sighting) => columns.source[sighting] >= 0 && columns.seen[sighting]);
  return newest === undefined ? links : [...links, " ", time(columns, newest)];
}

/**
 * The reports of some companies in full, and the names of the others.
 * @param {Columns} columns
 * @param {number} row
 * @param {Uint8Array} companies
 */
function reportsOf(columns, row, companies) {
  const here = sightingsOf(columns, row).filter((sighting) => lineage(columns.companies, columns.company[sighting]).some((number) => companies[number]));
  const own = new Set(here.map((sighting) => columns.company[sighting]));
  const others = companyLinks(columns, row, (company) => !own.has(company));
  const reports = here.slice(0, MOST).map((sighting) => {
    const round = columns.rounds[columns.round[sighting]];
    const role = columns.roles[columns.sightingRole[sighting]];
    const when = columns.source[sighting] < 0 ? "no source" : columns.seen[sighting] ? time(columns, sighting) : "undated";
    return h("span", { class: "qb-report" }, `${columns.companies[columns.company[sighting]].name}: `, when, round && `, ${round.name}`, role && `, ${role.name}`);
  });
  return others.length ? [...reports, h("span", { class: "qb-report" }, "also ", ...others)] : reports;
}

/**
 * @param {Columns} columns
 * @param {number} row
 * @param {(company: number) => boolean} wanted
 * @returns {(Node | string)[]}
 */
function companyLinks(columns, row, wanted) {
  const sourced = sightingsOf(columns, row).filter((sighting) => columns.source[sighting] >= 0);
  const found = [...new Set(sourced.map((sighting) => columns.company[sighting]))].filter(wanted).map((number) => columns.companies[number]);
  found.sort((a, b) => compare(a.name.toLowerCase(), b.name.toLowerCase()));
  const more = found.length - MOST;
  /** @type {(Node | string)[]} */
  const links = found.slice(0, MOST).flatMap((company, place) => [place ? ", " : "", h("a", { href: at(`companies/${company.id}/`) }, company.name)]);
  if (more > 0) links.push(" ", h("a", { class: "qb-more", href: `${at(`questions/${columns.ids[row]}/`)}#companies`, "aria-label": `${more} more ${more === 1 ? "company" : "companies"}: ${columns.titles[row]}` }, `+${more}`));
  return links;
}

/**
 * @param {Columns} columns
 * @param {number} sighting
 */
function time(columns, sighting) {
  const month = columns.seen[sighting];
  const year = String(1970 + Math.floor(month / 12));
  const date = columns.precise[sighting] ? `${year}-${String((month % 12) + 1).padStart(2, "0")}` : year;
  const shown = columns.precise[sighting] ? `${MONTHS[month % 12]} ${year}` : year;
  return h("time", { datetime: date }, shown);
}

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/**
 * The numbers of a row's sightings, the newest first.
 * @param {Columns} columns
 * @param {number} row
 */
function sightingsOf({ sightings: { start } }, row) {
  return Array.from({ length: start[row + 1] - start[row] }, (_, place) => start[row] + place);
}

/**
 * @param {string} a
 * @param {string} b
 */
function compare(a, b) {
  return a < b ? -1 : a > b ? 1 : 0;
}
