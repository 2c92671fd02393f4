/* The rules of URL parameters in the browser. They come from the server as data (core/browser_rules.py),
   and must come to the same words as Python: both run tests/data/url-parameters.json. */
"use strict";
window.Linktracker ??= {};
window.Linktracker.linkRules = (rules) => {
  const pattern = (source, flags = "u") => new RegExp(source, flags);
  const whole = (source) => pattern(`^(?:${source})$`);
  const mergeTag = pattern(rules.patterns.mergeTag);
  const accents = pattern(rules.patterns.accents, "gu");
  const unseen = whole(rules.patterns.unseen);
  const email = whole(rules.patterns.email);
  const parameters = new Map(rules.parameters.map((parameter) => [parameter.name, parameter]));

  const points = (text) => [...text];
  const pieces = (text) => text.split(mergeTag); // even places are fixed text, odd ones merge tags
  const fixedPart = (text) => pieces(text).filter((_, place) => place % 2 === 0).join("");
  const mergeTags = (text) => [...new Set(pieces(text).filter((_, place) => place % 2 === 1))];

  // Verdicts

  function judge(name, value) {
    const parameter = parameters.get(name);
    if (!parameter) return ignored(name, value);
    const found = problems(parameter, value);
    if (found.length) {
      const reason = [...found, rules.dropped].join(" ");
      return { name, value, verdict: "dropped", reason, suggestion: suggestion(parameter, value) };
    }
    const tags = mergeTags(value);
    const reason = tags.length
      ? `Filled in by your mail tool, so it stands unencoded in the URL: ${tags.join(", ")}`
      : rules.kept;
    return { name, value, verdict: "kept", reason, suggestion: null };
  }

  function ignored(name, value) {
    const right = rightName(name);
    const reason = right ? `${rules.unknown} Did you mean ${right}?` : rules.unknown;
    return { name, value, verdict: "ignored", reason, suggestion: right };
  }

  function problems(parameter, value) {
    if (!value) return ["Empty."];
    const found = [];
    const fixed = fixedPart(value);
    const named = strangers(fixed, parameter.alphabet);
    const wrong = fixed === value ? misfit(parameter, value) : null;
    if (named) found.push(`Not allowed: ${named}.`);
    else if (wrong) found.push(wrong);
    const length = points(fixed).length;
    if (parameter.longest !== null && length > parameter.longest) found.push(tooLong(length, parameter.longest));
    return found;
  }

  const tooLong = (length, longest) =>
    `Too long by ${length - longest}: ${length} characters, at most ${longest} allowed.`;

  function strangers(text, alphabet) {
    const found = [...new Set(points(text).filter((character) => !alphabet.includes(character)))];
    const named = found.slice(0, rules.mostNamed).map(nameOf).join(", ");
    const rest = found.length - rules.mostNamed;
    return rest > 0 ? `${named} and ${rest} more` : named;
  }

  function nameOf(character) {
    if (Object.hasOwn(rules.namedCharacters, character)) return rules.namedCharacters[character];
    if (!unseen.test(character)) return `"${character}"`;
    return `U+${character.codePointAt(0).toString(16).toUpperCase().padStart(4, "0")}`;
  }

  function misfit(parameter, value) {
    if (parameter.kind === "email" && !email.test(value)) return "Not an e-mail address.";
    if (parameter.kind === "locale" && !parameter.locales.includes(value)) {
      return "Not a language of Stripe's payment page.";
    }
    return null;
  }

  // Suggestions

  const trimmed = (value) => value.replace(/^[ \t\r\n]+|[ \t\r\n]+$/gu, "");

  function suggestion(parameter, value) {
    if (parameter.kind === "locale") return nearestLocale(value, parameter.locales);
    if (parameter.kind === "code") return cleanCode(value, parameter.longest);
    const bare = trimmed(value);
    return problems(parameter, bare).length ? null : bare;
  }

  const STRANGER = /[^A-Za-z0-9_-]/u;
  const STRANGERS_AND = { _: /[^A-Za-z0-9-]+/gu, "-": /[^A-Za-z0-9_]+/gu };
  const folded = (text) =>
    points(text.normalize("NFKD").replace(accents, ""))
      .map((character) => rules.foldedLetters[character] ?? character)
      .join("");

  function cleanCode(value, longest) {
    const parts = pieces(value).map((text, place) => (place % 2 ? text : folded(text)));
    const last = parts.length - 1;
    parts[0] = parts[0].replace(/^[^A-Za-z0-9_-]+/u, "");
    parts[last] = parts[last].replace(/[^A-Za-z0-9_-]+$/u, "");
    const even = () => parts.filter((_, place) => place % 2 === 0).join("");
    const joiner = even().includes("-") && !even().includes("_") ? "-" : "_";
    const joined = (run) => (STRANGER.test(run) ? joiner : run);
    for (let place = 0; place < parts.length; place += 2) {
      parts[place] = parts[place].replace(STRANGERS_AND[joiner], joined);
    }
    const fits = longest === null || points(even()).length <= longest;
    if (parts.length > 1) return fits ? parts.join("") : null;
    const cut = fits ? even() : withoutEnd(even().slice(0, longest), joiner);
    return /[^_-]/u.test(cut) ? cut : null;
  }

  function withoutEnd(text, joiner) {
    let end = text.length;
    while (text[end - 1] === joiner) end -= 1;
    return text.slice(0, end);
  }

  function nearestLocale(value, locales) {
    const known = new Map(locales.map((locale) => [locale.toLowerCase(), locale]));
    const typed = trimmed(value).replaceAll("_", "-").toLowerCase();
    const language = typed.split("-")[0];
    const regional = [...known.keys()].find((tag) => tag.startsWith(`${language}-`));
    return known.get(typed) ?? known.get(language) ?? known.get(regional) ?? null;
  }

  const bareName = (name) => name.replace(/^amp;/u, "").toLowerCase().replace(/[-_. ]/gu, "");

  function rightName(name) {
    const typed = bareName(name);
    const names = [...parameters.keys()];
    return (
      names.find((right) => bareName(right) === typed) ??
      names.find((right) => oneSlipApart(typed, bareName(right))) ??
      null
    );
  }

  function oneSlipApart(typed, right) {
    if (Math.min(typed.length, right.length) < rules.shortestGuessed || !/^[a-z]+$/u.test(typed)) return false;
    let same = 0;
    while (same < typed.length && typed[same] === right[same]) same += 1;
    const [given, wanted] = [typed.slice(same), right.slice(same)];
    const swapped = wanted.slice(1, 2) + wanted.slice(0, 1) + wanted.slice(2);
    return (
      given.slice(1) === wanted || given === wanted.slice(1) || given.slice(1) === wanted.slice(1) || given === swapped
    );
  }

  // Writing

  const encoded = (value) =>
    pieces(value)
      .map((text, place) => (place % 2 ? text : percentEncoded(text)))
      .join("");
  const percentEncoded = (text) =>
    encodeURIComponent(text.toWellFormed?.() ?? text).replace(
      /[!'()*]/gu,
      (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
    );

  // "lt1", the link's six characters, and two that check them: core/reference.py.
  function tail(tag) {
    const body = `lt1${tag}`;
    let remainder = 0;
    for (const character of body) remainder = (remainder * 10 + character.codePointAt(0)) % 1021;
    const { alphabet } = rules.reference;
    return body + alphabet[Math.floor(remainder / 32)] + alphabet[remainder % 32];
  }

  function reference(mode, own, tag) {
    if (mode === "none") return "";
    if (mode === "own") return own;
    return own && mode === "own and tag" ? `${own}-${tail(tag)}` : tail(tag);
  }

  /* The address in pieces of text and kind: plain, kept, or dropped, which the address leaves out.
     `rest` is a payment link with what else stood in it; each pair has a name, a value, a kind. */
  function address(rest, pairs) {
    const [, front, hash] = /^([^#]*)(.*)$/su.exec(rest);
    const [, base, query] = /^([^?]*)\??(.*?)&?$/su.exec(front);
    const drawn = [{ text: base, kind: "plain" }];
    if (query) drawn.push({ text: `?${query}`, kind: "plain" });
    for (const { name, value, kind } of pairs) {
      const lead = drawn.length > 1 ? "&" : "?";
      drawn.push({ text: `${lead}${name}=`, kind: "plain" });
      drawn.push({ text: kind === "dropped" ? value : encoded(value), kind });
    }
    return [...drawn, { text: hash, kind: "plain" }];
  }

  /* What a browser opens: the same without what is dropped. */
  const written = (rest, pairs) =>
    address(rest, pairs.filter(({ kind }) => kind !== "dropped"))
      .map(({ text }) => text)
      .join("");

  const { longestOwn } = rules.reference;
  return { judge, parameters, points, fixedPart, tooLong, reference, address, written, longestOwn };
};
