import { CannotStart } from '../model/cannot-start.ts';

/** A problem with one setting. */
export interface ConfigProblem {
  /** The environment variable. */
  readonly name: string;
  /** What the setting must be and what it is, for people; never the value of a secret. */
  readonly message: string;
}

/** The environment is not a valid configuration. Lists every problem, not only the first. */
export class ConfigError extends CannotStart {
  override readonly name = 'ConfigError';
  readonly problems: readonly ConfigProblem[];

  constructor(problems: readonly ConfigProblem[]) {
    const lines = problems.map((problem) => `  ${problem.name} ${problem.message}`);
    super(`The settings are not valid:\n${lines.join('\n')}`);
    this.problems = problems;
  }
}
