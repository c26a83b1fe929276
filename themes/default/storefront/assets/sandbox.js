// The sandbox gateway's script. Like a real gateway's it turns a card into a token in the browser, so that the shop never
// sees the number. Which number stands for which outcome is written in the README of adapters/payments.

const OUTCOMES = new Map([
  ["4242424242424242", "tok_success"],
  ["4000000000000002", "tok_decline"],
  ["4000000000009995", "tok_insufficient_funds"],
  ["4000002500003155", "tok_3ds"],
  ["4000000000000119", "tok_timeout"],
]);

// The token for a card, or null when it is not a card of the sandbox or a field is not well formed.
export function tokenize({ number, expiry, cvc }) {
  const token = OUTCOMES.get(number.replaceAll(/[\s-]/g, ""));
  const [, month, year] = /^\s*(\d{1,2})\s*[/-]?\s*(\d{2}|\d{4})\s*$/.exec(expiry) ?? [];
  if (!token || !(month >= 1 && month <= 12) || !/^\d{3,4}$/.test(cvc.trim())) return null;
  return `${token}.${month.padStart(2, "0")}${year.slice(-2)}`;
}
