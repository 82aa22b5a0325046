"use strict";
// The report's data: unpacking, and what the filters select. Columns as collect.py makes them.

const LABELS = ["COMPANY", "PARK", "FIGURE", "PERCENT", "TIME", "INSTITUTION"];
const LETTERS = "CPFRTO";
const byId = (id) => document.getElementById(id);

async function unpack(id) {
  const packed = atob(byId(id).textContent);
  const bytes = new Uint8Array(packed.length);
  for (let i = 0; i < packed.length; i++) bytes[i] = packed.charCodeAt(i);
  return new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"))).json();
}

function make(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name === "class") node.className = value;
    else if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else node.setAttribute(name, value);
  }
  node.append(...children);
  return node;
}

const fill = (word, values) => word.replace(/\{(\w+)\}/g, (_, key) => values[key].toLocaleString());
const later = (work, delay = 120) => {
  let timer;
  return () => { clearTimeout(timer); timer = setTimeout(work, delay); };
};

// Everything that is known: set once by start() in main.js.
const all = { core: null, facts: null, words: null, lowTitles: [], lowNames: [], lowStrings: [], copies: new Set(), updates: 0 };
// What is chosen: filter, the articles that pass it (in order, and as flags), the names that are asked for.
const chosen = { articles: [], passes: new Uint8Array(0), names: new Set(), article: -1 };

function selectArticles() {
  const columns = all.core.articles;
  const text = byId("text").value.trim().toLowerCase();
  const [chain, place] = [byId("chain").value, byId("place").value];
  const [from, to, once] = [byId("from").value, byId("to").value, byId("once").checked];
  const named = text ? Uint8Array.from(all.lowNames, (name) => (name.includes(text) ? 1 : 0)) : null;
  chosen.articles = [];
  chosen.passes = new Uint8Array(columns.title.length);
  for (let i = 0; i < columns.title.length; i++) {
    if (once && all.copies.has(i)) continue;
    if (chain !== "" && (chain === "-1" ? columns.chains[i].length : !columns.chains[i].includes(+chain))) continue;
    if (place !== "" && columns.place[i] !== +place) continue;
    const date = columns.date[i];
    if ((from || to) && !(date && (!from || date >= from) && (!to || date <= to))) continue;
    if (text && !all.lowTitles[i].includes(text) && !columns.names[i].some((name) => named[name])) continue;
    let asked = true;
    for (const name of chosen.names) asked &&= columns.names[i].includes(name);
    if (!asked) continue;
    chosen.articles.push(i);
    chosen.passes[i] = 1;
  }
}

// Counts of names over the chosen articles, most frequent first: [number, count].
function countNames(wanted) {
  const counts = new Uint32Array(all.lowNames.length);
  for (const i of chosen.articles) for (const name of all.core.articles.names[i]) counts[name]++;
  const found = [];
  counts.forEach((count, name) => { if (count && wanted(all.core.names.label[name])) found.push([name, count]); });
  return found.sort((a, b) => b[1] - a[1] || a[0] - b[0]);
}

// Pairs of a company and a company or park that stand in the same articles; only among the names most frequent now, which bounds the work.
function countPairs() {
  const rank = new Map(countNames((label) => label < 2).slice(0, 300).map(([name], at) => [name, at]));
  const counts = new Map();
  for (const i of chosen.articles) {
    const names = all.core.articles.names[i].filter((name) => rank.has(name)).map((name) => rank.get(name)).sort((a, b) => a - b);
    names.forEach((one, at) => {
      for (const other of names.slice(at + 1)) counts.set(one * 1000 + other, (counts.get(one * 1000 + other) ?? 0) + 1);
    });
  }
  const number = [...rank.keys()];
  return [...counts].map(([key, count]) => [number[Math.floor(key / 1000)], number[key % 1000], count])
    .filter(([one, other]) => all.core.names.label[one] === 0 || all.core.names.label[other] === 0)
    .sort((a, b) => b[2] - a[2]);
}
