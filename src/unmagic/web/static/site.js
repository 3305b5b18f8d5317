// The site's script. Every page works without it, as forms and links.
import { start as contents } from "./contents.js";
import { start as copy } from "./copy.js";
import { start as legend } from "./legend.js";
import { start as parts } from "./parts.js";
import { start as scrub } from "./scrub.js";
import { start as theme } from "./switch.js";
import { start as toy } from "./toy.js";

for (const begin of [theme, parts, copy, scrub, legend, contents, toy]) begin();
