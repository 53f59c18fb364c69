// A state as the part of an address behind #, and back. Whatever stands there: a state that can be shown, or a sentence.
//   #shape=4,6&strides=6,1&offset=0&storage=24&dtype=float32&rules=torch&ops=permute:1,0;reshape:24
// Strides, offset and storage are elements, or bytes where they are no whole elements (then unit=bytes is there).
const tensorlabLink = (() => {
  "use strict";
  const KEYS = ["shape", "strides", "offset", "storage", "dtype", "rules", "unit", "ops"];
  const MOST_STEPS = 64;
  const INTEGER = /^-?[0-9]{1,7}$/;

  class Unreadable extends Error {}

  const OPS = {
    permute: { out: (s) => list(s.axes), into: (t) => ({ axes: integers(t) }) },
    slice: {
      out: (s) => [s.axis, s.start, s.stop, s.step].map((n) => n ?? "").join(","),
      into(text) {
        const [axis, ...rest] = text.split(",");
        if (rest.length !== 3) throw new Unreadable(`slice takes four numbers, got ${quoted(text)}`);
        const [start, stop, step] = rest.map((part) => (part === "" ? null : integer(part)));
        return { axis: integer(axis), start, stop, step };
      },
    },
    select: { out: (s) => `${s.axis},${s.index}`, into: (t) => named(t, ["axis", "index"]) },
    expand: { out: (s) => list(s.shape), into: (t) => ({ shape: integers(t) }) },
    reshape: { out: (s) => list(s.shape), into: (t) => ({ shape: integers(t), mode: "reshape" }) },
    view: { out: (s) => list(s.shape), into: (t) => ({ op: "reshape", shape: integers(t), mode: "view" }) },
    insert_axis: { out: (s) => `${s.axis}`, into: (t) => named(t, ["axis"]) },
    drop_axes: {
      out: (s) => (s.axes === null ? "all" : list(s.axes)),
      into: (t) => ({ axes: t === "all" ? null : integers(t) }),
    },
    reinterpret: { out: (s) => s.dtype, into: (t) => ({ dtype: dtype(t) }) },
    contiguous: { out: () => "", into: none },
    copy: { out: () => "", into: none },
    by_hand: {
      out: (s) => [list(s.shape), list(s.strides), s.offset, s.dtype].join("/"),
      into(text) {
        const parts = text.split("/");
        if (parts.length !== 4) throw new Unreadable(`by_hand takes shape/strides/offset/dtype, got ${quoted(text)}`);
        const [shape, strides] = parts.slice(0, 2).map(integers);
        if (shape.length !== strides.length) throw new Unreadable("by_hand takes one stride an axis");
        return { shape, strides, offset: integer(parts[2]), dtype: dtype(parts[3]) };
      },
    },
  };

  function list(numbers) {
    return numbers.join(",");
  }

  function none(text) {
    if (text !== "") throw new Unreadable(`nothing may follow this operation, got ${quoted(text)}`);
    return {};
  }

  function quoted(text) {
    return JSON.stringify(text.length > 40 ? `${text.slice(0, 40)}…` : text);
  }

  function integer(text) {
    if (!INTEGER.test(text)) throw new Unreadable(`${quoted(text)} is no integer of seven digits or fewer`);
    return Number(text) + 0;
  }

  function integers(text) {
    return text === "" ? [] : text.split(",").map(integer);
  }

  function named(text, names) {
    const numbers = integers(text);
    if (numbers.length !== names.length) throw new Unreadable(`${quoted(text)} should be ${names.join(",")}`);
    return Object.fromEntries(names.map((name, n) => [name, numbers[n]]));
  }

  function dtype(text) {
    if (!tensorlabLimits.dtypes.has(text)) throw new Unreadable(`no dtype is called ${quoted(text)}`);
    return text;
  }

  function written(step) {
    const name = step.op === "reshape" ? step.mode : step.op;
    const rest = OPS[name].out(step);
    return rest === "" && (name === "contiguous" || name === "copy") ? name : `${name}:${rest}`;
  }

  function read(text) {
    const [, name, rest] = /^([a-z_]+)(?::(.*))?$/s.exec(text) ?? [null, "", ""];
    if (!Object.hasOwn(OPS, name)) throw new Unreadable(`no operation is called ${quoted(name || text)}`);
    return { op: name, ...OPS[name].into(rest ?? "") };
  }

  // The state as text; the same state gives the same text.
  function encode(state) {
    const { start } = state;
    const size = tensorlabLimits.dtypes.get(start.dtype).itemsize;
    const whole = [start.offset, start.nbytes, ...start.strides].every((n) => n % size === 0);
    const unit = whole ? size : 1;
    const parts = [
      ["shape", list(start.shape)],
      ["strides", list(start.strides.map((n) => n / unit))],
      ["offset", start.offset / unit],
      ["storage", start.nbytes / unit],
      ["dtype", start.dtype],
      ["rules", state.rules],
    ];
    if (!whole) parts.push(["unit", "bytes"]);
    if (state.steps.length) parts.push(["ops", state.steps.map(written).join(";")]);
    return parts.map(([key, value]) => `${key}=${value}`).join("&");
  }

  // {state, words}: the state that the text stands for, as far as it can be shown, and what is wrong with the rest.
  function decode(text) {
    try {
      return shown(parsed(text));
    } catch (error) {
      if (!(error instanceof Unreadable) && !(error instanceof URIError)) throw error;
      const why = error instanceof URIError ? "it is cut or damaged" : error.message;
      return { state: null, words: `The link is not understood: ${why}. The start is shown instead.` };
    }
  }

  function parsed(text) {
    const found = new Map();
    for (const part of decodeURIComponent(text).split("&")) {
      const [key, value] = /^([a-z]+)=(.*)$/s.exec(part)?.slice(1) ?? ["", ""];
      if (!KEYS.includes(key)) throw new Unreadable(`${quoted(part)} is none of ${KEYS.join(", ")}`);
      if (found.has(key)) throw new Unreadable(`${key} is given twice`);
      found.set(key, value);
    }
    if (!found.has("shape")) throw new Unreadable("it has no shape");
    return found;
  }

  function shown(found) {
    const rules = found.get("rules") ?? "torch";
    const unitWord = found.get("unit") ?? "elements";
    if (!["torch", "numpy"].includes(rules)) throw new Unreadable(`rules are torch or numpy, got ${quoted(rules)}`);
    if (!["elements", "bytes"].includes(unitWord))
      throw new Unreadable(`unit is elements or bytes, got ${quoted(unitWord)}`);
    const state = { start: started(found, unitWord), rules, steps: [] };
    const why = tensorlabChain.fault(state);
    if (why !== null) throw new Unreadable(why);
    const ops = found.get("ops") ?? "";
    const steps = ops === "" ? [] : ops.split(";").map(read);
    if (steps.length > MOST_STEPS)
      throw new Unreadable(`it has ${steps.length} operations, ${MOST_STEPS} at most are followed`);
    return followed({ ...state, steps });
  }

  function started(found, unitWord) {
    const name = dtype(found.get("dtype") ?? "float32");
    const size = tensorlabLimits.dtypes.get(name).itemsize;
    const unit = unitWord === "bytes" ? 1 : size;
    const shape = integers(found.get("shape"));
    if (shape.some((n) => n < 0)) throw new Unreadable("a size cannot be negative");
    const strides = found.has("strides")
      ? integers(found.get("strides")).map((n) => n * unit + 0)
      : contiguous(shape, size);
    if (shape.length !== strides.length)
      throw new Unreadable(`${shape.length} sizes need as many strides, got ${strides.length}`);
    const offset = integer(found.get("offset") ?? "0") * unit;
    const layout = { shape, strides, offset, itemsize: size };
    const least = offset < 0 ? 0 : tensorlabLimits.storages(layout)[0];
    const nbytes = found.has("storage") ? integer(found.get("storage")) * unit : least;
    if (nbytes < 0) throw new Unreadable("a storage cannot be negative");
    return { shape, strides, offset, dtype: name, nbytes };
  }

  function contiguous(shape, size) {
    const strides = [];
    let step = size;
    for (const n of [...shape].reverse()) {
      strides.unshift(step);
      step *= Math.max(n, 1);
    }
    return strides;
  }

  function followed(state) {
    const { fault } = tensorlabChain.run(state);
    if (fault === null) return { state, words: "" };
    const why = `${fault.found.error}: ${fault.found.message}`;
    const words = `Operation ${fault.at + 1} of the link is refused (${why}). What comes before it is shown.`;
    return { state: { ...state, steps: state.steps.slice(0, fault.at) }, words };
  }

  return { encode, decode, contiguous, MOST_STEPS };
})();
