#![doc = include_str!("../README.md")]

mod http;
mod id_token;
mod openid_connect;

pub use http::Security;
pub use openid_connect::OpenIdConnect;
