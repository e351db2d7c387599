// A schema that could not be had because the RPC below it failed: main turns the status into text and exit code, as it
// does for any other call.
import { codeName, type Status } from '../wire/status.ts';

/** An RPC that served to get the schema ended with `status`; nothing is wrong with the schema itself. */
export class CallFailed extends Error {
  readonly status: Status;

  /** `doing` says what the RPC was for, such as `reflection v1`. */
  constructor(doing: string, status: Status) {
    super(`${doing} failed with ${codeName(status.code)}: ${status.message}`);
    this.name = 'CallFailed';
    this.status = status;
  }
}
