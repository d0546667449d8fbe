// A catalogue like goodbooks-10k, with invented books and with what real files get wrong.

const FIRST = ["The Patient", "A Borrowed", "The Last", "Seven", "The Quiet", "An Unsent", "The Third", "Another"];
const THING = ["Lighthouse", "Compiler", "Orchard", "Letter", "Harbour", "Index", "Snowfall", "Clockmaker", "Queue", "Meadow"];
const PLACE = ["of Tarn", "by the River", "at Night", "in Winter", "without Walls", "of Glass", "for Beginners", "under Water"];
const PEOPLE = ["Ines Halvard", "Tomas Okoro", "Mei Lindqvist", "Ruth Abara", "Jonas Vey", "Clara Ibsen-Ode"];
const HEADER = "book_id,isbn13,authors,original_publication_year,title,language_code,average_rating,ratings_count";
const EVERY = 25; // so many rows, one is wrong

const WRONG = [
  (row) => ({ ...row, title: "" }),
  (row) => ({ ...row, authors: " " }),
  (row) => ({ ...row, isbn: "9780000000000" }),
  (row) => ({ ...row, year: "soon" }),
  (row) => ({ ...row, language: "no such language" }),
];

/** A CSV of this many rows, one in twenty-five of them with a fault. */
export function catalogue(count) {
  const batch = Math.random().toString(36).slice(2, 6).toUpperCase();
  const lines = Array.from({ length: count }, (_, index) => {
    const row = invented(index, batch);
    return line(index % EVERY === EVERY - 1 ? WRONG[Math.floor(index / EVERY) % WRONG.length](row) : row);
  });
  return new File([[HEADER, ...lines, ""].join("\n")], `invented-books-${batch}.csv`, { type: "text/csv" });
}

function invented(index, batch) {
  const pick = (list, step) => list[Math.floor(index / step) % list.length];
  return {
    number: index + 1,
    isbn: isbn(),
    authors: index % 7 ? pick(PEOPLE, 1) : `${pick(PEOPLE, 1)}, ${pick(PEOPLE, 3)}`,
    year: `${1950 + (index % 70)}.0`,
    title: `${pick(FIRST, 1)} ${pick(THING, 8)} ${pick(PLACE, 80)} (${batch}, #${index + 1})`,
    language: ["eng", "fre", "spa", "en-US"][index % 4],
  };
}

const line = ({ number, isbn: code, authors, year, title, language }) =>
  [number, code, quoted(authors), year, quoted(title), language, (3 + Math.random() * 2).toFixed(2), 100 + number].join(",");

const quoted = (text) => `"${text.replaceAll('"', '""')}"`;

/** A number that no publisher has been given (979-9), with the right last digit. */
function isbn() {
  const digits = `9799${String(Math.floor(Math.random() * 1e8)).padStart(8, "0")}`;
  const sum = [...digits].reduce((total, digit, index) => total + digit * (index % 2 ? 3 : 1), 0);
  return digits + ((10 - (sum % 10)) % 10);
}
