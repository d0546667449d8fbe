// A look into a JWT (RFC 7519), and its signature (RFC 7515) verified where the reader sits.

const bytesOf = (part) => Uint8Array.from(atob(part.replaceAll("-", "+").replaceAll("_", "/")), (letter) => letter.charCodeAt(0));
const json = (part) => JSON.parse(new TextDecoder().decode(bytesOf(part)));
const text = (value) => btoa(String.fromCharCode(...new TextEncoder().encode(JSON.stringify(value)))).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");

/** `{parts, header, claims}`; anybody who holds a token can read all of it. */
export function inside(token) {
  const parts = token.split(".");
  return { parts, header: json(parts[0]), claims: json(parts[1]) };
}

/** The same token with other claims or another header, under the signature of the first. */
export function forged(token, { header = {}, claims = {} }) {
  const { parts, ...read } = inside(token);
  return [text({ ...read.header, ...header }), text({ ...read.claims, ...claims }), parts[2]].join(".");
}

/** Whether this is the signature of one of these public keys (RFC 7517), the one that `kid` names. */
export async function isSigned(token, keys) {
  const { parts, header } = inside(token);
  const jwk = keys.find((each) => each.kid === header.kid);
  if (!jwk || header.alg !== "ES256") return false;
  const key = await crypto.subtle.importKey("jwk", jwk, { name: "ECDSA", namedCurve: "P-256" }, false, ["verify"]);
  const signed = new TextEncoder().encode(`${parts[0]}.${parts[1]}`);
  return crypto.subtle.verify({ name: "ECDSA", hash: "SHA-256" }, key, bytesOf(parts[2]), signed);
}

/** Browsers compute only where nobody on the way can have changed the page. */
export const canVerify = () => Boolean(globalThis.crypto?.subtle);
