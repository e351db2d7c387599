// Property tests draw the same cases in every run, so that a failure anywhere is a failure everywhere. PROPERTY_SEED
// draws others: what they find becomes a case of its own.
import fc from 'fast-check';

fc.configureGlobal({ seed: Number(process.env.PROPERTY_SEED ?? 20_261_121) });
