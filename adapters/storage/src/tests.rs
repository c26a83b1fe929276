//! What every place for files must do, and what only a bucket can do wrong.

mod bucket;
mod contract;
mod s3_server;
