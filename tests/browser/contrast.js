// Every kind of text of the page whose contrast with its background is too small, in words.
() => {
  const canvas = Object.assign(document.createElement("canvas"), { width: 1, height: 1 });
  const context = canvas.getContext("2d", { willReadFrequently: true });
  const rgba = color => {
    context.clearRect(0, 0, 1, 1);
    context.fillStyle = color;
    context.fillRect(0, 0, 1, 1);
    const [red, green, blue, alpha] = context.getImageData(0, 0, 1, 1).data;
    return [red, green, blue, alpha / 255];
  };
  const over = (front, back) => {
    const alpha = front[3];
    return [0, 1, 2].map(index => front[index] * alpha + back[index] * (1 - alpha)).concat(1);
  };
  const behind = element => {
    const layers = [];
    for (let at = element; at; at = at.parentElement) {
      const layer = rgba(getComputedStyle(at).backgroundColor);
      if (layer[3] > 0) layers.push(layer);
      if (layer[3] === 1) break;
    }
    return layers.reduceRight((back, front) => over(front, back), [255, 255, 255, 1]);
  };
  const light = color => {
    const [red, green, blue] = color.slice(0, 3).map(part => {
      const share = part / 255;
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const hex = color => "#" + color.slice(0, 3).map(part => Math.round(part).toString(16).padStart(2, "0")).join("");
  const found = new Set();
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement;
    if (!walker.currentNode.data.trim() || !element.checkVisibility({ opacityProperty: true, visibilityProperty: true })) continue;
    if (element.closest("script, style, title, .qb-hidden, .md-search, .md-skip, .md-top, [aria-hidden=true]")) continue;
    const style = getComputedStyle(element);
    const color = rgba(element instanceof SVGElement ? style.fill : style.color);
    for (let at = element; at; at = at.parentElement) color[3] *= Number(getComputedStyle(at).opacity);
    const back = behind(element);
    const [low, high] = [light(over(color, back)), light(back)].sort((one, other) => one - other);
    const contrast = (high + 0.05) / (low + 0.05);
    const size = parseFloat(style.fontSize);
    const large = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
    if (contrast < (large ? 3 : 4.5)) {
      const name = `${element.localName}.${element.className?.baseVal ?? element.className}`;
      found.add(`${name}: ${hex(over(color, back))} on ${hex(back)} is ${contrast.toFixed(2)}`);
    }
  }
  return [...found];
}
