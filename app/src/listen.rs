//! Where to listen.

use std::{
    fmt,
    net::{Ipv4Addr, SocketAddr},
    str::FromStr,
};

use serde::{Deserialize, Serialize};

/// An address of this machine and a port.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Listen(pub SocketAddr);

impl FromStr for Listen {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if let Some(port) = text.strip_prefix("localhost:").and_then(|port| port.parse().ok()) {
            return Ok(Self((Ipv4Addr::LOCALHOST, port).into()));
        }
        text.parse().map(Self).map_err(|_invalid| {
            "write an address and a port, such as 127.0.0.1:3000 for this machine alone or 0.0.0.0:3000 for all who can reach it"
                .to_owned()
        })
    }
}

impl TryFrom<String> for Listen {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        text.parse()
    }
}

impl From<Listen> for String {
    fn from(listen: Listen) -> Self {
        listen.to_string()
    }
}

impl fmt::Display for Listen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_and_a_port_are_asked_for_in_words() {
        let listen = |text: &str| text.parse::<Listen>().map(|listen| listen.to_string());
        assert_eq!(listen("localhost:8080").as_deref(), Ok("127.0.0.1:8080"));
        assert_eq!(listen("[::1]:8080").as_deref(), Ok("[::1]:8080"));
        for unclear in [
            ":3000",
            "3000",
            "0.0.0.0",
            "localhost",
            "localhost:70000",
            "shop.example:80",
            "",
        ] {
            assert!(listen(unclear).unwrap_err().contains("127.0.0.1:3000"), "{unclear}");
        }
    }
}
