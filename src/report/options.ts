/** How a report is drawn: decided once by the terminal, so that a report stays a pure function. */
export interface ReportOptions {
  colour: boolean;
  /** Columns to wrap at. */
  width: number;
  /** True where the locale or terminal cannot show `✗`, `├─`, `→`. */
  ascii: boolean;
  /** True where the report is read out: words instead of signs. */
  words?: boolean;
  /** True where addresses can be links. */
  links?: boolean;
  verbose: boolean;
  /** The heading row of tables. */
  headers: boolean;
  /** Of this program, for formats that name what made them. */
  version?: string;
}
