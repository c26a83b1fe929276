//! What an operator decides about the HTTP side of Souk.

use std::{num::NonZeroU32, time::Duration};

/// How many requests one caller may send: `burst` at once, then one every `period`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Throttle {
    /// How many requests may come at once.
    pub burst: NonZeroU32,
    /// How long it takes until one more is allowed.
    pub period: Duration,
}

impl Throttle {
    /// So many requests a second for long, and six seconds' worth at once; none for 0.
    pub fn per_second(requests: u32) -> Option<Self> {
        let burst = NonZeroU32::new(requests.saturating_mul(6))?;
        let period = Duration::from_secs(1).checked_div(requests)?;
        Some(Self { burst, period })
    }
}

/// Limits and facts about the place Souk runs in.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Where mails and gateways find the program, such as `https://shop.example`; without it the request's host is used.
    pub public_url: Option<String>,
    /// How many proxies of ours add to X-Forwarded-For and say X-Forwarded-Proto. Never more than there are: what was there
    /// before them is whatever the caller wrote.
    pub trusted_proxies: usize,
    /// Whether localhost leads to the first store although no host name says so.
    pub demo: bool,
    /// The largest request body in bytes, unless a route sets its own `DefaultBodyLimit`.
    pub body_limit: usize,
    /// How long one request may take.
    pub request_timeout: Duration,
    /// Path prefixes whose requests may take an hour, such as uploads of catalogues.
    pub slow_paths: Vec<String>,
    /// Path prefixes whose requests may take a minute, because shoppers send pictures there.
    pub picture_paths: Vec<String>,
    /// How long a client may take to send a short body, before its request gets a place.
    pub body_timeout: Duration,
    /// How many requests may run at once. As many more wait, and others are told to come back.
    pub max_concurrent: usize,
    /// How long they wait before they are told so too.
    pub patience: Duration,
    /// How many streams may be open at once.
    pub streams: usize,
    /// How many of them one client address may have open.
    pub streams_per_client: usize,
    /// API requests per client address; `None` is no limit.
    pub api_throttle: Option<Throttle>,
    /// Attempts to sign in, register or reset a password, per client address and e-mail address.
    pub auth_throttle: Option<Throttle>,
    /// The same attempts per client address alone; a whole office may share one.
    pub auth_client_throttle: Option<Throttle>,
    /// Places in the queue of a waiting room per client address; a whole office may share one.
    pub ticket_throttle: Option<Throttle>,
    /// How long a client may take to send the head of a request.
    pub header_timeout: Duration,
    /// How long requests in flight may take to end when the program stops.
    pub shutdown_grace: Duration,
}

impl Settings {
    /// Whether shoppers come by https, whatever the last stretch of their way is.
    pub(crate) fn is_https(&self) -> bool {
        self.public_url.as_ref().is_some_and(|url| url.starts_with("https://"))
    }
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            public_url: None,
            trusted_proxies: 0,
            demo: false,
            body_limit: 1024 * 1024,
            request_timeout: Duration::from_secs(30),
            slow_paths: [
                "/admin/imports",
                "/admin/uploads",
                "/api/v1/imports",
                "/api/v1/admin/imports",
                "/api/v1/admin/uploads",
            ]
            .map(str::to_owned)
            .to_vec(),
            picture_paths: vec!["/reviews/write".to_owned()],
            body_timeout: Duration::from_secs(10),
            max_concurrent: 1024,
            patience: Duration::from_secs(1),
            streams: 4096,
            streams_per_client: 32,
            api_throttle: Throttle::per_second(100),
            auth_throttle: throttle(30, Duration::from_secs(2)),
            auth_client_throttle: throttle(120, Duration::from_millis(500)),
            ticket_throttle: throttle(60, Duration::from_secs(10)),
            header_timeout: Duration::from_secs(30),
            shutdown_grace: Duration::from_secs(10),
        }
    }
}

fn throttle(burst: u32, period: Duration) -> Option<Throttle> {
    NonZeroU32::new(burst).map(|burst| Throttle { burst, period })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rate_gives_a_burst_and_a_period_and_none_lifts_the_limit() {
        assert_eq!(
            Throttle::per_second(100),
            throttle(600, Duration::from_millis(10)),
            "what was the limit stays the limit"
        );
        assert_eq!(Throttle::per_second(0), None);
    }
}
