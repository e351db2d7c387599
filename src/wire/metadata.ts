// Metadata as it crosses the wire: order and repeats kept.

/**
 * Name and value pairs in the order sent or received. Names are lower case. Values of names ending in `-bin` are held
 * as standard base64 text (padded), as on the wire; others are printable ASCII when sent and whatever came, decoded as
 * UTF-8 where it is valid and as latin1 where not, when received.
 */
export type Metadata = readonly (readonly [name: string, value: string])[];
