/** Where things are written: what a source that reads files knows beside the facts. */

/** A stretch of one line of a file. Lines and columns count from 1; columns count UTF-16 units. */
export interface Place {
  /** As the user named it; `-` is standard input. */
  file: string;
  line: number;
  column: number;
  /** How much of the line is meant, 1 or more. */
  length: number;
  /** Which document of the file, from 0. */
  document: number;
  /** The chart's template that made the document, where the output of Helm says so. */
  template: string | null;
  /** The line as it stands, without its end and without what may be secret: for an excerpt. */
  excerpt: string;
}

/** False for standard input, and for what kubectl made of a kustomization: there is no such file. */
export function isFile(file: string): boolean {
  return file !== '-' && !file.startsWith('kubectl kustomize ');
}

/** A place in a file and the text that goes there; lines and columns count from 1, the end is the first column behind. */
export interface FileEdit {
  file: string;
  line: number;
  column: number;
  endLine: number;
  endColumn: number;
  text: string;
}

/** Where a field of an object is written; with the object and path that a person finds in the file. */
export interface Found {
  place: Place;
  object: string;
  path: string;
}

/**
 * Finds `spec.selector.app` of `Service shop/web`: the field, or what is written of its nearest ancestor. A Pod that was made from a
 * template leads to the template. Null where the object was not read from a file.
 */
export type Locate = (object: string, path: string) => Found | null;

/** A file that could not be judged, or not whole. */
export interface Problem {
  file: string;
  line: number | null;
  column: number | null;
  message: string;
  /** The line as it stands; null where there is none. */
  excerpt: string | null;
  /** What to do next. */
  hint: string;
}
