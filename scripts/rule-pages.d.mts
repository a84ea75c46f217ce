export interface Documentation {
  pages: ReadonlyMap<string, string>;
  parts: ReadonlyMap<string, string>;
}

export function documentation(modules: object): Promise<Documentation>;
