// A picker of creators in the place of a text field of ids: type a name, handle or id, choose with arrows and Enter.
const WAIT = 150; // milliseconds after the last letter

const element = (tag, properties = {}, ...children) => {
  const made = Object.assign(document.createElement(tag), properties);
  made.append(...children);
  return made;
};

const label = (creator) => creator.name || (creator.handle && `@${creator.handle}`) || creator.id;

const face = (creator) => {
  const circle = element("span", { className: `fk-face fk-face-${creator.colour}`, textContent: creator.initials });
  circle.setAttribute("aria-hidden", "true");
  return circle;
};

const detail = (creator) => {
  const followers = creator.followers == null ? "" : `${creator.followers.toLocaleString("en")} followers`;
  return [creator.handle && `@${creator.handle}`, creator.id, ...creator.platforms, followers].filter(Boolean).join(" · ");
};

const upgrade = (box) => {
  const field = box.querySelector("textarea");
  const chips = box.querySelector(".fk-chips");
  const max = Number(box.dataset.max);
  const id = field.id;
  const chosen = new Map();
  let offers = [];
  let active = -1;
  let timer;
  let request;

  const input = element("input", { className: "fk-field", type: "text", autocomplete: "off", spellcheck: false });
  const list = element("ul", { className: "fk-offers", id: `${id}-offers`, hidden: true });
  const status = element("small", { className: "fk-note fk-unseen" });
  input.placeholder = "Name, handle or id";
  for (const [name, value] of Object.entries({
    role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": list.id,
    "aria-describedby": `${id}-help`,
  })) input.setAttribute(name, value);
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", "Creators found");
  status.setAttribute("role", "status");

  const keep = () => {
    field.value = [...chosen.keys()].join("\n");
    chips.hidden = chosen.size === 0;
    input.hidden = max === 1 && chosen.size === 1;
    field.dispatchEvent(new Event("change", { bubbles: true }));
  };

  const remove = (pk, chip) => {
    chosen.delete(pk);
    chip.remove();
    keep();
    input.focus();
  };

  const choose = (creator) => {
    close();
    input.value = "";
    input.setCustomValidity("");
    if (chosen.has(creator.id)) return;
    if (chosen.size >= max) return void (status.textContent = `At most ${max} creators.`);
    chosen.set(creator.id, creator);
    const button = element("button", { type: "button", textContent: "×" });
    button.setAttribute("aria-label", `Remove ${label(creator)}`);
    const chip = element("li", { title: creator.id }, face(creator), element("span", { textContent: label(creator) }), button);
    button.addEventListener("click", () => remove(creator.id, chip));
    chips.append(chip);
    status.textContent = `${label(creator)} chosen`;
    keep();
  };

  const close = () => {
    clearTimeout(timer);
    request?.abort();
    offers = [];
    list.hidden = true;
    list.replaceChildren();
    input.setAttribute("aria-expanded", "false");
    point(-1);
  };

  const point = (index) => {
    active = index;
    [...list.children].forEach((option, at) => option.setAttribute("aria-selected", String(at === index)));
    if (index < 0) return input.removeAttribute("aria-activedescendant");
    input.setAttribute("aria-activedescendant", list.children[index].id);
    list.children[index].scrollIntoView({ block: "nearest" });
  };

  const show = (found, text) => {
    const unknown = !found.some((creator) => creator.id === text);
    offers = unknown ? [...found, { id: text, name: "", handle: "", platforms: [], initials: "+", colour: 0, isNew: true }] : found;
    list.replaceChildren(
      ...offers.map((creator, at) => {
        const words = creator.isNew ? `Use “${text}” as an id` : label(creator);
        const small = element("small", { className: "fk-note", textContent: creator.isNew ? "" : detail(creator) });
        const option = element("li", { id: `${id}-offer-${at}` }, face(creator), element("span", {}, words, small));
        option.setAttribute("role", "option");
        option.addEventListener("mousedown", (event) => event.preventDefault()); // the field keeps the focus
        option.addEventListener("click", () => choose(creator));
        return option;
      }),
    );
    list.hidden = false;
    input.setAttribute("aria-expanded", "true");
    status.textContent = `${found.length} found`;
    point(found.length ? 0 : -1);
  };

  const ask = async () => {
    const text = input.value.trim();
    if (!text) return close();
    request?.abort();
    request = new AbortController();
    try {
      const answer = await fetch(`${box.dataset.url}?${new URLSearchParams({ q: text })}`, { signal: request.signal });
      if (!answer.ok) throw new Error(answer.statusText);
      const found = await answer.json();
      if (input.value.trim() === text) show(found, text);
    } catch (error) {
      if (error.name === "AbortError") return;
      show([], text); // an id can be typed whether or not the search answers
      status.textContent = "The search does not answer.";
    }
  };

  input.addEventListener("input", () => {
    input.setCustomValidity(input.value.trim() ? "Choose a creator from the list, or clear the field." : "");
    clearTimeout(timer);
    timer = setTimeout(ask, WAIT);
  });
  input.addEventListener("paste", (event) => {
    const lines = event.clipboardData.getData("text").split(/[\r\n]+/).map((line) => line.trim()).filter(Boolean);
    if (lines.length < 2) return;
    event.preventDefault();
    for (const line of lines) choose({ id: line, name: "", handle: "", initials: line[0].toUpperCase(), colour: 0 });
  });
  input.addEventListener("keydown", (event) => {
    const moves = { ArrowDown: 1, ArrowUp: -1 };
    if (event.key in moves && offers.length) {
      event.preventDefault();
      point((active + moves[event.key] + offers.length) % offers.length);
    } else if (event.key === "Enter" && input.value.trim()) {
      event.preventDefault(); // what was typed is no choice yet
      if (active >= 0) choose(offers[active]);
    } else if (event.key === "Escape" && !list.hidden) {
      event.preventDefault();
      close();
    } else if (event.key === "Backspace" && !input.value && chips.lastElementChild) {
      chips.lastElementChild.querySelector("button").click();
    }
  });
  input.addEventListener("blur", close);

  const given = [...chips.children].map((chip) => ({ ...chip.dataset }));
  chips.replaceChildren();
  field.removeAttribute("id");
  field.hidden = true;
  input.id = id;
  box.querySelector(".fk-note").textContent = max === 1 ? "Choose one creator" : "Choose as many creators as you like";
  field.after(input, list, status);
  box.prepend(chips);
  given.forEach(choose);
  status.textContent = "";
};

document.querySelectorAll("[data-picker]").forEach(upgrade);
