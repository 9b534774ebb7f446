/** Of what the console's build, which is typed, calls of up-to-date.js. */
export declare function noteBuiltFrom(noteFile: string, paths: readonly string[]): void;
