// Accounts that nobody has: an address of a reserved domain (RFC 2606) and a password to go with it.

const LETTERS = "abcdefghjkmnpqrstuvwxyz23456789";

export const word = (length) => [...crypto.getRandomValues(new Uint8Array(length))].map((n) => LETTERS[n % LETTERS.length]).join("");

/** An address that nobody has, and a password that nobody guesses. */
export const inventAccount = () => ({
  email: `reader-${word(6)}@example.com`,
  password: `${word(4)}-${word(4)}-${word(4)}`,
});
