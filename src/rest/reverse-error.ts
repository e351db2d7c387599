// What is wrong with an HTTP request, with the status that answers it.

/** The HTTP statuses that a request can earn by itself. */
export type InputStatus = 400 | 404 | 405 | 415;

/** An HTTP request that no message can be made of. The message names the field and the value. */
export class RestInputError extends Error {
  readonly httpStatus: InputStatus;
  /** The field's path in the request message, `''` if it is not about one. */
  readonly field: string;

  constructor(httpStatus: InputStatus, message: string, field = '') {
    super(message);
    this.name = 'RestInputError';
    this.httpStatus = httpStatus;
    this.field = field;
  }
}
