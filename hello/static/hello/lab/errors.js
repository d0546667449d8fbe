// What can happen to a request besides an answer.

/** No answer came: the site is not there, or the connection is cut. */
export class Unreachable extends Error {}

/** Somebody was asked to sign in, and closed the dialog. */
export class Declined extends Error {}
