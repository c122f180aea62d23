// What a page must keep at any size and in any theme; returns one sentence per fault.
() => {
  const faults = [];
  const shown = (element) => element.checkVisibility({ visibilityProperty: true });
  const words = (element) => `<${element.tagName.toLowerCase()} class="${element.getAttribute("class") || ""}">`;
  const width = document.documentElement.clientWidth;

  const headings = [...document.querySelectorAll("h1")].filter(shown).length;
  if (headings !== 1) faults.push(`${headings} h1`);
  if (!document.title.trim()) faults.push("no title");
  if (!document.documentElement.lang) faults.push("no language");
  if (!document.querySelector("main")) faults.push("no main");

  const scrolls = (element) =>
    element && element !== document.documentElement &&
    (["auto", "scroll", "hidden", "clip"].includes(getComputedStyle(element).overflowX) || scrolls(element.parentElement));
  if (document.documentElement.scrollWidth > width) {
    const wide = [...document.querySelectorAll("body *")].filter(
      (element) => shown(element) && element.getBoundingClientRect().right > width + 1 && !scrolls(element.parentElement),
    );
    faults.push(`wider than the window by ${document.documentElement.scrollWidth - width}px: ${wide.slice(-3).map(words).join(" ")}`);
  }

  for (const image of document.images)
    if (shown(image) && image.complete && !image.naturalWidth) faults.push(`broken picture ${image.src}`);
  for (const use of document.querySelectorAll("svg use"))
    if (shown(use.closest("svg")) && !use.getBBox().width && !use.getBBox().height)
      faults.push(`icon without a shape: ${use.getAttribute("href")}`);
  for (const control of document.querySelectorAll("input:not([type=hidden]), select, textarea"))
    if (shown(control) && !control.labels.length && !control.ariaLabel && !control.getAttribute("aria-labelledby"))
      faults.push(`field without a label: ${control.name}`);
  for (const press of document.querySelectorAll("a[href], button, summary"))
    if (shown(press) && !press.textContent.trim() && !press.ariaLabel) faults.push(`nameless ${words(press)}`);
  for (const table of document.querySelectorAll("table"))
    if (!table.caption && !table.ariaLabel) faults.push(`table without a caption ${words(table)}`);

  const seen = new Set();
  for (const { id } of document.querySelectorAll("[id]")) {
    if (seen.has(id)) faults.push(`id twice: ${id}`);
    seen.add(id);
  }
  return faults;
}
