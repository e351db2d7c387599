// One call: ties the request and response halves to an HTTP/2 stream, and decides how the call ends.
import type { ClientHttp2Stream, IncomingHttpHeaders, OutgoingHttpHeaders } from 'node:http2';
import { UserError } from '../errors.ts';
import { ConnectFailure } from './attempt.ts';
import { acceptedEncodings, loadZlib, zlibLoaded } from './compression.ts';
import { statusFromTrailers } from './grpc-trailers.ts';
import { h2Codes } from './h2-codes.ts';
import { bodyKind, httpStatusOutcome } from './http-response.ts';
import { firstValue, type Metadata, receivedMetadata } from './metadata.ts';
import * as outcome from './outcome.ts';
import { type Progress, progressText, sendingText } from './progress.ts';
import { RequestSide } from './request-side.ts';
import { ResponseSide } from './response-side.ts';
import type { LiveSession } from './session.ts';
import { clientStatus, codes, type Status } from './status.ts';
import type { StartOptions, WireEvent, WireStream } from './stream.ts';
import { formatTimeout } from './timeout.ts';
import { traceHeaders } from './trace.ts';
import { duration } from './wording.ts';
