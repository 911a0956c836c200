"use strict";
(function () {
  const root = document.documentElement;
  root.classList.add("js");

  // what few read is text until it is opened: thousands of entries would be a million elements
  const parser = new DOMParser();
  function fill(details) {
    const kept = details.querySelector(":scope > noscript");
    if (!kept) return;
    kept.replaceWith(...parser.parseFromString(kept.textContent, "text/html").body.childNodes);
    // texts that many entries share
    for (const link of details.querySelectorAll('a[href^="#t-"]')) {
      link.replaceWith(...shared(link.hash).cloneNode(true).childNodes);
    }
  }
  function shared(hash) { return document.getElementById(hash.slice(1)); }
  document.addEventListener("toggle", (event) => {
    if (event.target.open) fill(event.target);
  }, true);

  let opened = [];
  function print() {
    for (const card of document.querySelectorAll("article:not([hidden]) > details")) fill(card);
    for (const one of document.querySelectorAll("details:not([open])")) {
      if (one.closest("[hidden]")) continue;
      one.open = true;
      opened.push(one);
    }
  }
  function printed() {
    for (const one of opened) one.open = false;
    opened = [];
  }
  window.addEventListener("beforeprint", print);
  window.addEventListener("afterprint", printed);
  matchMedia("print").addEventListener("change", (event) => (event.matches ? print : printed)());

  const form = document.getElementById("the-filters");
  if (!form) return;

  const data = JSON.parse(document.getElementById("the-data").textContent);
  const articles = document.getElementById("the-entries").getElementsByTagName("article");
  const cards = [...articles];
  const count = document.getElementById("the-count");
  const search = form.elements.q;
  const names = Object.keys(data.values);
  const fields = [...names, "at", "q"].filter((name) => form.elements[name]);

  const signs = { lt: "<", gt: ">", amp: "&", quot: '"', "#x27": "'" };
  const texts = cards.map(() => null);
  function text(at) {
    if (texts[at] === null) {
      const card = cards[at];
      const markup = card.querySelector("noscript")?.textContent ?? "";
      const opened = card.textContent.slice(0, card.textContent.length - markup.length);
      texts[at] = [opened, ...kept(markup)].join("\n").toLowerCase();
    }
    return texts[at];
  }

  // in what was not opened yet `<` begins an element and nothing else
  function kept(markup) {
    const links = [...markup.matchAll(/<a href="(#t-[0-9]+)">/g)];
    const words = markup.replace(/<[^>]*>/g, "\n").replace(/&([a-z0-9#]+);/g, (_, name) => signs[name]);
    return [words, ...links.map((link) => shared(link[1]).textContent)];
  }

  function quarter(time) {
    const [hour, minute] = time.split(":").map(Number);
    return 4 * hour + Math.floor(minute / 15);
  }

  function two(number) { return String(number).padStart(2, "0"); }

  function span(at) {
    const minutes = 15 * at;
    const hour = two(Math.floor(minutes / 60));
    return ` from ${hour}:${two(minutes % 60)} to ${hour}:${two(minutes % 60 + 14)}`;
  }

  function chosen() {
    return Object.fromEntries(fields.map((name) => [name, form.elements[name].value]).filter(([, value]) => value));
  }

  function show() {
    const wanted = chosen();
    // a value that no card has matches none
    const numbers = names.map((name) => name in wanted ? data.values[name].indexOf(wanted[name]) : null);
    const at = wanted.at ? quarter(wanted.at) : null;
    const words = (wanted.q || "").toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    for (let card = 0; card < cards.length; card += 1) {
      const row = data.cards[card];
      const fits = numbers.every((number, name) => number === null || row[name].includes(number))
        && (at === null || data.quarters[row[names.length]][at] === "1")
        && words.every((word) => text(card).includes(word));
      if (cards[card].hidden === fits) cards[card].hidden = !fits;
      if (fits) shown += 1;
    }
    count.value = `${shown.toLocaleString("en")} of ${cards.length.toLocaleString("en")} shown` + (at === null ? "" : span(at));
  }

  function keep() {
    const fragment = new URLSearchParams(chosen()).toString();
    history.replaceState(null, "", fragment ? `#${fragment}` : location.pathname + location.search);
  }

  function filter() { show(); keep(); }

  function take(wanted) {
    for (const name of fields) {
      const field = form.elements[name];
      const value = wanted.get(name) || "";
      field.value = value;
      if (field.value !== value) field.value = "";
    }
  }

  // a fragment has filters or names a place in the page
  function follow() {
    const fragment = location.hash.slice(1);
    if (fragment === "" || fragment.includes("=")) {
      take(new URLSearchParams(fragment));
      show();
      return;
    }
    const place = document.getElementById(fragment);
    if (place && place.hidden) {
      take(new URLSearchParams());
      show();
    }
    if (place && cards.includes(place)) {
      place.querySelector("details").open = true;
      place.scrollIntoView();
    }
  }

  // some at a time, so that the page answers meanwhile; what was asked for last is done
  let asked = 0;
  function open(wanted) {
    asked += 1;
    const mine = asked;
    const rest = cards.filter((card) => !wanted || !card.hidden);
    function some() {
      if (mine !== asked) return;
      for (const card of rest.splice(0, 200)) card.querySelector("details").open = wanted;
      if (rest.length) setTimeout(some);
    }
    some();
  }

  form.hidden = false;
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("input", filter);
  form.addEventListener("reset", () => setTimeout(filter));
  document.getElementById("the-open").addEventListener("click", () => open(true));
  document.getElementById("the-close").addEventListener("click", () => open(false));
  window.addEventListener("hashchange", follow);
  document.addEventListener("keydown", (event) => {
    const typing = /^(INPUT|SELECT|TEXTAREA)$/.test(event.target.tagName);
    if (event.key !== "/" || typing || event.ctrlKey || event.altKey || event.metaKey) return;
    event.preventDefault();
    search.focus();
    search.select();
  });

  // what is scrolled to stands below what stays in sight
  const bar = form.querySelector(".bar");
  function measure() {
    const stays = getComputedStyle(form).display === "contents" ? bar : form;
    root.style.setProperty("--bar", `${stays.offsetHeight}px`);
  }
  new ResizeObserver(measure).observe(bar);

  show();
  measure();
  follow();
})();
