// What is wrong with a page, in words.
(width, lang) => {
  const wrong = [];
  const root = document.documentElement;
  const all = (selector) => [...document.querySelectorAll(selector)];
  const name = (element) => element.outerHTML.slice(0, 120);

  // A phone zooms out of a page that is too wide, and innerWidth with it: only the width of the device tells.
  if (root.scrollWidth > width || innerWidth !== width) wrong.push(`scrolls sideways: ${root.scrollWidth}`);
  if (root.lang !== lang) wrong.push(`the language is ${root.lang}`);
  if (!document.title.trim()) wrong.push("no title");
  if (all("h1").length !== 1) wrong.push(`${all("h1").length} first headings`);
  if (all("main").length !== 1) wrong.push(`${all("main").length} main parts`);
  const ids = all("[id]").map((element) => element.id);
  if (new Set(ids).size !== ids.length) wrong.push(`an id stands twice: ${ids}`);

  for (const field of all("input:not([type=hidden], [hidden]), select, textarea")) {
    if (![...field.labels].some((label) => label.innerText.trim())) wrong.push(`no label: ${name(field)}`);
  }
  for (const picture of all("img:not([alt]), svg:not([aria-hidden]):not([role=img]):not([aria-hidden] svg)")) {
    wrong.push(`no text for a picture: ${name(picture)}`);
  }
  for (const target of all("a[href], button, input:not([type=hidden], [hidden]), summary")) {
    if (!(target.innerText || target.ariaLabel || target.labels?.length)) wrong.push(`no name: ${name(target)}`);
    target.scrollIntoView({ block: "center", behavior: "instant" });
    const box = target.getClientRects()[0];
    // A skip link waits outside of the page until it has the focus; a link within a sentence is as high as its line.
    if (!box || box.right < 0 || target.closest("p, dd, td, li")?.innerText.trim() !== target.innerText.trim()
      && target.closest("p, dd, td, li") && getComputedStyle(target).display === "inline") continue;
    const middle = box.top + box.height / 2;
    // The words beside a box tick it as well.
    const whole = ["checkbox", "radio"].includes(target.type) ? target.closest("label") ?? target : target;
    const hit = (y) => whole.contains(document.elementFromPoint(box.left + box.width / 2, y));
    let top = middle;
    let bottom = middle;
    while (top > middle - 40 && hit(top - 0.5)) top -= 0.5;
    while (bottom < middle + 40 && hit(bottom + 0.5)) bottom += 0.5;
    if (bottom - top < 43) wrong.push(`${bottom - top} px high: ${name(target)}`);
  }
  scrollTo(0, 0);
  return wrong;
}
