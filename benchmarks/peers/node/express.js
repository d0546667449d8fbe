// Hello and books with Express and pg, as their guides go: `node express.js PORT`.
// It reads the tables of the site, so both work on the same rows.
import express from "express";
import pg from "pg";

const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL });
const app = express();

const BOOKS = `
  SELECT book.id, book.title,
    ARRAY(SELECT author.name FROM books_authorship written
      JOIN books_author author ON author.id = written.author_id
      WHERE written.book_id = book.id ORDER BY written.position) AS authors,
    book.isbn, book.published_year, book.language,
    ARRAY(SELECT genre.slug::text FROM books_book_genres kind
      JOIN books_genre genre ON genre.id = kind.genre_id
      WHERE kind.book_id = book.id ORDER BY genre.slug) AS genres,
    book.description, book.cover,
    round(book.ratings_total::numeric / nullif(book.reviews_count, 0), 2)::float AS rating,
    book.reviews_count, book.owner_id AS owner, book.created_at, book.updated_at
  FROM books_book book`;

app.get("/healthz/live", (request, response) => response.json({ status: "ok" }));

app.get("/hello/", (request, response) => response.type("text/plain").send("Hello, World!"));

app.get("/api/v1/books/", async (request, response) => {
  const limit = Math.min(Number(request.query.limit ?? 20), 100);
  const { rows } = await pool.query({
    name: "page",
    text: `${BOOKS} ORDER BY book.created_at DESC, book.id DESC LIMIT $1`,
    values: [limit + 1],
  });
  const results = rows.slice(0, limit);
  const last = results.at(-1);
  const after = last && `${last.created_at.toISOString()}_${last.id}`;
  response.json({ next: rows.length > limit ? `?after=${after}` : null, results });
});

app.get("/api/v1/books/:id/", async (request, response) => {
  const { rows } = await pool.query({
    name: "book",
    text: `${BOOKS} WHERE book.id = $1`,
    values: [request.params.id],
  });
  if (rows.length === 0) return response.status(404).json({ title: "Not Found" });
  response.json(rows[0]);
});

app.listen(Number(process.argv[2]), "127.0.0.1");
