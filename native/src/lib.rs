//! The native twin of `paicha.kernel`: the same tables as the Python reference, faster.

pub mod batch;
pub mod blocks;
pub mod buckets;
pub mod chars;
pub mod checks;
pub mod chunks;
pub mod classes;
mod closing;
pub mod containers;
pub mod ends;
pub mod facts;
pub mod fields;
#[cfg(feature = "python")]
mod files;
pub mod forms;
pub mod frames;
pub mod given;
pub mod hashing;
pub mod headers;
pub mod items;
pub mod kept;
pub mod lines;
pub mod loosening;
mod named_lines;
pub mod numbers;
mod opened;
mod opened_inside;
pub mod outline;
pub mod packed;
mod pieces;
#[cfg(feature = "python")]
mod python;
pub mod reader;
pub mod recipes;
pub mod record;
pub mod records;
pub mod routes;
pub mod rows;
#[cfg(feature = "python")]
mod scan;
pub mod shape;
pub mod skeleton;
mod spelled;
pub mod stated;
pub mod steps;
#[cfg(feature = "python")]
mod stored_rows;
pub mod streams;
pub mod tables;
pub mod tally;
pub mod taught;
pub mod texts;
pub mod thrown;
mod together;
pub mod uncoloured;
pub mod values;
pub mod variables;
pub mod waiting;
pub mod words;
pub mod written;
