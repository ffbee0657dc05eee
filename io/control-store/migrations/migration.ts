/** The shape of one schema step. Once released it is never edited: its checksum is recorded where it was applied. */
export type Migration = {
  /** 1, 2, 3 … without gaps. */
  readonly version: number;
  readonly name: string;
  /** True where the previous release cannot run on the new schema. */
  readonly isBreaking: boolean;
  readonly up: string;
  /** Undoes `up` completely; data of what `up` made is lost. */
  readonly down: string;
};
