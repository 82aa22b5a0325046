// Start, and what happens when a filter changes.

function drawChips() {
  byId("chips").replaceChildren(...[...chosen.names].map((name) => make("button", {
    type: "button", "aria-label": `${all.words.remove}: ${all.core.names.name[name]}`, onclick: () => { chosen.names.delete(name); update(); },
  }, `${all.core.names.name[name]} ✕`)));
}

async function update() {
  selectArticles();
  drawChips();
  byId("shown").textContent = fill(all.words.shown, { n: chosen.articles.length, all: all.core.articles.title.length });
  articleList.set(chosen.articles.length, true);
  updateFacts();
  groupsShown = 30;
  drawGroups();
  await drawCharts();
  all.updates++; // for tests: everything follows the filter
}

function fillChoices() {
  const places = new Map();
  for (const place of all.core.articles.place) if (place >= 0) places.set(place, (places.get(place) ?? 0) + 1);
  const any = () => make("option", { value: "" }, all.words.all);
  byId("chain").append(any(), ...all.core.chains.map(([, name], at) => make("option", { value: at }, name)), make("option", { value: "-1" }, all.words.none));
  byId("place").append(any(), ...[...places].sort((a, b) => b[1] - a[1]).map(([place, count]) => make("option", { value: place }, `${all.core.places[place]} (${count.toLocaleString()})`)));
}

function startFilters() {
  const form = byId("filters");
  form.addEventListener("input", later(update));
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("reset", () => { chosen.names.clear(); setTimeout(update); });
  byId("more-groups").addEventListener("click", () => { groupsShown += 100; drawGroups(); });
  byId("theme").addEventListener("click", () => {
    const root = document.documentElement;
    const dark = (root.dataset.theme ?? (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light")) === "dark";
    root.dataset.theme = dark ? "light" : "dark";
    drawCharts();
  });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", drawCharts);
}

async function start() {
  all.core = await unpack("data-core");
  all.words = all.core.words;
  all.facts = await unpack("data-facts");
  all.lowTitles = all.core.articles.title.map((title) => title.toLowerCase());
  all.lowNames = all.core.names.name.map((name) => name.toLowerCase());
  all.lowStrings = all.facts.strings.map((string) => string.toLowerCase());
  for (const [members] of all.core.groups) for (const copy of members.slice(1)) all.copies.add(copy);
  byId("summary").textContent = fill(all.words.summary, { articles: all.lowTitles.length, names: all.lowNames.length, facts: all.facts.columns.article.length });
  fillChoices();
  startFacts();
  startArticles();
  startFilters();
  await update();
  document.documentElement.dataset.ready = "1"; // for tests: everything is drawn
}

start().catch((error) => {
  byId("problem").textContent = typeof DecompressionStream === "undefined" ? byId("problem").dataset.old : String(error);
  console.error(error);
});
