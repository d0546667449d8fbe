// A form from a JSON Schema (2020-12), as far as forms go: texts, numbers, choices, and JSON for
// what is more than that. It checks nothing: what does not hold, the server says.

import { h } from "./dom.js";

/** A field for each property. Their names begin with the prefix: `params/seconds`. */
export function fieldsOf(schema, prefix) {
  const required = new Set(schema.required ?? []);
  return Object.entries(schema.properties ?? {}).map(([name, about]) => {
    const id = `${prefix}-${name}`;
    const label = [h("code", {}, name), required.has(name) ? "" : h("span", { class: "optional" }, " may be left out")];
    return h("p", { class: "field" },
      h("label", { for: id }, label),
      control(about, { id, name: `${prefix}/${name}` }),
      h("small", {}, [about.description, bounds(about)].filter(Boolean).join(" ")));
  });
}

function control(about, attributes) {
  if (about.enum) return h("select", attributes, h("option", { value: "" }, "…"), about.enum.map((each) => h("option", {}, each)));
  if (about.type === "object" || about.type === "array") return h("textarea", { ...attributes, rows: 2, spellcheck: "false", placeholder: about.type === "object" ? "{}" : "[]" });
  const mode = ["number", "integer"].includes(about.type) ? "decimal" : "text";
  return h("input", { ...attributes, inputmode: mode, autocomplete: "off", spellcheck: "false" });
}

function bounds({ minimum, maximum }) {
  if (minimum === undefined && maximum === undefined) return "";
  return `From ${minimum ?? "−∞"} to ${maximum ?? "∞"}.`;
}

/** What the form says, each value of its type where it can be; what is empty is left out. */
export function valuesOf(form, schema, prefix) {
  const filled = Object.entries(schema.properties ?? {})
    .map(([name, about]) => [name, form.elements[`${prefix}/${name}`].value.trim(), about])
    .filter(([, text]) => text !== "");
  return Object.fromEntries(filled.map(([name, text, about]) => [name, typed(text, about)]));
}

function typed(text, { type }) {
  if (type === undefined || type === "string") return text;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
