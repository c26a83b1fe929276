//! How far a client reaches that asks at addresses which strangers wrote: not into the merchant's own network, whatever the name
//! server says.

use std::{
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
    sync::Arc,
};

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use url::Url;

/// Which addresses may be asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// The public internet.
    Public,
    /// The public internet and one server of the merchant's own network.
    PublicAnd(IpAddr),
    /// The merchant's own network as well.
    Everywhere,
}

impl Reach {
    /// Whether that address may be asked.
    pub fn allows(self, ip: IpAddr) -> bool {
        match self {
            Self::Public => is_public(ip),
            Self::PublicAnd(known) => ip == known || is_public(ip),
            Self::Everywhere => true,
        }
    }

    /// Checks what the resolver does not see: the scheme, and addresses written as numbers.
    pub fn check(self, url: &Url) -> Result<(), OutOfReach> {
        if !matches!(url.scheme(), "http" | "https") {
            return Err(OutOfReach("is neither http nor https".to_owned()));
        }
        let literal = match url.host() {
            Some(url::Host::Ipv4(ip)) => Some(IpAddr::V4(ip)),
            Some(url::Host::Ipv6(ip)) => Some(IpAddr::V6(ip)),
            Some(url::Host::Domain(_)) => None,
            None => return Err(OutOfReach("names no server".to_owned())),
        };
        match literal {
            Some(ip) if !self.allows(ip) => Err(OutOfReach(format!("leads to {ip}, which is not public"))),
            _ => Ok(()),
        }
    }

    /// Looks up names, and gives only the addresses that may be asked.
    pub fn resolver(self) -> Arc<impl Resolve + 'static> {
        Arc::new(Resolver(self))
    }
}

/// What must not be asked, and why; read back out of the client's error.
#[derive(Debug, thiserror::Error)]
#[error("the address {0}")]
pub struct OutOfReach(
    /// What is wrong with it.
    pub String,
);

struct Resolver(Reach);

impl Resolve for Resolver {
    fn resolve(&self, name: Name) -> Resolving {
        let reach = self.0;
        Box::pin(async move {
            let found = tokio::net::lookup_host((name.as_str(), 0)).await?;
            let allowed: Vec<SocketAddr> = found.filter(|address| reach.allows(address.ip())).collect();
            if allowed.is_empty() {
                let reason = format!("leads to {}, which is not public", name.as_str());
                return Err(OutOfReach(reason).into());
            }
            let addresses: Addrs = Box::new(allowed.into_iter());
            Ok(addresses)
        })
    }
}

/// Whether an address belongs to the public internet.
fn is_public(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(ip) => is_public_v4(ip),
        IpAddr::V6(ip) => is_public_v6(ip),
    }
}

fn is_public_v4(ip: Ipv4Addr) -> bool {
    let [a, b, c, _] = ip.octets();
    let special = match a {
        // This network, carrier-grade sharing, protocol assignments, benchmarks, multicast and reserved.
        0 | 224.. => true,
        100 => (64..128).contains(&b),
        192 => b == 0 && c == 0,
        198 => b == 18 || b == 19,
        _ => false,
    };
    !(special || ip.is_private() || ip.is_loopback() || ip.is_link_local() || ip.is_documentation())
}

fn is_public_v6(ip: Ipv6Addr) -> bool {
    let [a, b, ..] = ip.segments();
    let [.., y, z] = ip.segments();
    let embedded = Ipv4Addr::from_bits((u32::from(y) << 16) | u32::from(z));
    match (a, b) {
        // Addresses that wrap an IPv4 address: mapped, and translated by NAT64.
        (0, _) => ip.to_ipv4_mapped().is_some_and(is_public_v4),
        (0x64, 0xff9b) => is_public_v4(embedded),
        // Only 2000::/3 is given out; in it documentation, Teredo and 6to4 are not wanted.
        (0x2001, 0xdb8 | 0) | (0x2002, _) => false,
        _ => (0x2000..0x4000).contains(&a),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_public_addresses_are_in_reach() {
        for ip in [
            "8.8.8.8",
            "93.184.216.34",
            "2606:4700::1111",
            "::ffff:8.8.8.8",
            "64:ff9b::808:808",
        ] {
            assert!(is_public(ip.parse().unwrap()), "{ip}");
        }
        for ip in [
            "127.0.0.1",
            "10.1.2.3",
            "172.16.0.1",
            "192.168.1.1",
            "169.254.169.254",
            "100.64.0.1",
            "0.0.0.0",
            "192.0.2.1",
            "198.18.0.1",
            "224.0.0.1",
            "255.255.255.255",
            "::1",
            "::",
            "fe80::1",
            "fd00::1",
            "ff02::1",
            "2001:db8::1",
            "2002:7f00:1::",
            "::ffff:127.0.0.1",
            "64:ff9b::7f00:1",
        ] {
            assert!(!is_public(ip.parse().unwrap()), "{ip}");
        }
    }
}
