//! How often one caller may ask: generous for the API, strict where passwords are guessed.
//!
//! Every process counts by itself, which costs nothing, and refuses what is too much already for one. What passes is then
//! counted where all processes of the installation count together, so that a second process gives nobody a second allowance.

use std::{
    net::{IpAddr, Ipv6Addr},
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU32, Ordering},
    },
    time::Duration,
};

use async_trait::async_trait;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use governor::{
    Quota, RateLimiter,
    clock::{Clock, DefaultClock},
    middleware::StateInformationMiddleware,
    state::keyed::DefaultKeyedStateStore,
};

use kernel::{Store, StoreId, Time};

use crate::{Problem, Settings, Throttle};

/// Checks between two clean-ups of callers that have not asked for a while.
const SWEEP_EVERY: u32 = 4096;

/// The most bytes of an e-mail address.
const LONGEST_EMAIL: usize = 254;

/// What a request counts as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum RateClass {
    /// A call of the API, per client address.
    Api,
    /// An attempt to sign in, register or reset a password, per client address and e-mail address.
    Auth,
    /// The same, per client address alone.
    AuthClient,
    /// A place in the queue of a waiting room, per client address.
    Ticket,
}

impl RateClass {
    fn name(self) -> &'static str {
        match self {
            Self::Api => "api",
            Self::Auth => "auth",
            Self::AuthClient => "auth-client",
            Self::Ticket => "ticket",
        }
    }

    /// Whether it is counted together whatever that costs, because it keeps somebody from guessing or from taking a queue's
    /// places.
    fn is_guard(self) -> bool {
        matches!(self, Self::Auth | Self::AuthClient | Self::Ticket)
    }
}

/// Who counts as one client: an address, and of IPv6 the network that one connection is given, for whoever has it has all of
/// its addresses.
pub(crate) fn caller(address: IpAddr) -> String {
    match address.to_canonical() {
        IpAddr::V4(address) => address.to_string(),
        IpAddr::V6(address) => format!("{}/64", Ipv6Addr::from_bits(address.to_bits() >> 64 << 64)),
    }
}

/// The client and the e-mail address that it asks for, in a store. What is longer than any address counts as none: names are kept
/// for hours, and a form may carry a megabyte.
pub(crate) fn caller_for(client: &str, store: StoreId, email: &str) -> String {
    let email = Some(email.trim()).filter(|email| email.len() <= LONGEST_EMAIL);
    format!("{client} {store} {}", email.unwrap_or_default().to_lowercase())
}

/// What somebody is allowed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Allowance {
    /// Who, and of what.
    pub name: String,
    /// How often.
    pub throttle: Throttle,
}

/// What a caller has left of an allowance, as far as this process knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Left {
    /// The allowance's name.
    pub(crate) policy: &'static str,
    /// How often.
    pub(crate) throttle: Throttle,
    /// How many more at once.
    pub(crate) remaining: u32,
    /// How long until there is more: the whole burst, or for somebody who has nothing left the next one.
    pub(crate) wait_secs: u64,
}

impl Left {
    /// Writes what the draft "RateLimit header fields for HTTP" asks for.
    pub(crate) fn write(&self, headers: &mut HeaderMap) {
        let Self {
            policy,
            throttle,
            remaining,
            wait_secs,
        } = self;
        let window = throttle.window().as_secs().max(1);
        for (name, value) in [
            ("ratelimit", format!("\"{policy}\";r={remaining};t={wait_secs}")),
            (
                "ratelimit-policy",
                format!("\"{policy}\";q={};w={window}", throttle.burst),
            ),
        ] {
            if let Ok(value) = HeaderValue::from_str(&value) {
                headers.insert(HeaderName::from_static(name), value);
            }
        }
    }
}

/// What counts together is away.
#[derive(Debug, thiserror::Error)]
#[error(transparent)]
pub struct SharedLimitsAway(pub Box<dyn std::error::Error + Send + Sync>);

/// Counts for all processes of an installation.
#[async_trait]
pub trait SharedLimits: Send + Sync {
    /// Whether it is quick enough to be asked at every call of the API.
    fn counts_calls(&self) -> bool;

    /// Takes one from each allowance; for one that is used up, answers how long it is until there is one again.
    async fn take(
        &self,
        store: &Arc<Store>,
        now: Time,
        allowances: &[Allowance],
    ) -> Result<Vec<Option<Duration>>, SharedLimitsAway>;
}

/// Counters of recent requests. Callers that have not asked for a while are forgotten, so memory stays bounded.
pub(crate) struct RateLimits {
    api: Option<Limit>,
    auth: Option<Limit>,
    auth_client: Option<Limit>,
    ticket: Option<Limit>,
    shared: Option<Arc<dyn SharedLimits>>,
    is_alone: AtomicBool,
}

impl std::fmt::Debug for RateLimits {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("RateLimits").finish_non_exhaustive()
    }
}

struct Limit {
    throttle: Throttle,
    limiter: RateLimiter<String, DefaultKeyedStateStore<String>, DefaultClock, StateInformationMiddleware>,
    clock: DefaultClock,
    checks: AtomicU32,
}

impl RateLimits {
    pub(crate) fn new(settings: &Settings, shared: Option<Arc<dyn SharedLimits>>) -> Self {
        Self {
            api: settings.api_throttle.and_then(Limit::new),
            auth: settings.auth_throttle.and_then(Limit::new),
            auth_client: settings.auth_client_throttle.and_then(Limit::new),
            ticket: settings.ticket_throttle.and_then(Limit::new),
            shared,
            is_alone: AtomicBool::new(false),
        }
    }

    /// Counts a request of each key, in this process and in all of them together, or answers 429 with the time to wait. When
    /// what counts together is away, this process's own counters decide. Answers with the key that has least left.
    pub(crate) async fn check(
        &self,
        store: &Arc<Store>,
        now: Time,
        keys: &[(RateClass, String)],
    ) -> Result<Option<Left>, Problem> {
        let mut least: Option<Left> = None;
        for (class, key) in keys {
            let left = self.check_here(*class, key)?;
            least = [least, left].into_iter().flatten().min_by_key(|left| left.remaining);
        }
        let Some(shared) = &self.shared else { return Ok(least) };
        let (classes, allowances): (Vec<_>, Vec<_>) = keys
            .iter()
            .filter(|(class, _)| class.is_guard() || shared.counts_calls())
            .filter_map(|(class, key)| {
                let throttle = self.limit(*class)?.throttle;
                let name = format!("{} {key}", class.name());
                Some((*class, Allowance { name, throttle }))
            })
            .unzip();
        if allowances.is_empty() {
            return Ok(least);
        }
        let taken = shared.take(store, now, &allowances).await;
        self.notice(taken.as_ref().err());
        let waits = taken.unwrap_or_default();
        for ((class, allowance), wait) in classes.into_iter().zip(allowances).zip(waits) {
            if let Some(wait) = wait {
                return Err(refused(class, allowance.throttle, wait));
            }
        }
        Ok(least)
    }

    /// Counts a request in this process only, and answers what is left; `None` for what is not limited.
    pub(crate) fn check_here(&self, class: RateClass, key: &str) -> Result<Option<Left>, Problem> {
        let Some(limit) = self.limit(class) else {
            return Ok(None);
        };
        let throttle = limit.throttle;
        let remaining = limit.check(key).map_err(|wait| refused(class, throttle, wait))?;
        let spent = throttle.burst.get().saturating_sub(remaining);
        Ok(Some(Left {
            policy: class.name(),
            throttle,
            remaining,
            wait_secs: whole_seconds(throttle.period.saturating_mul(spent)),
        }))
    }

    fn limit(&self, class: RateClass) -> Option<&Limit> {
        match class {
            RateClass::Api => self.api.as_ref(),
            RateClass::Auth => self.auth.as_ref(),
            RateClass::AuthClient => self.auth_client.as_ref(),
            RateClass::Ticket => self.ticket.as_ref(),
        }
    }

    /// Tells when what counts together goes away and when it is back, not at every request between.
    fn notice(&self, away: Option<&SharedLimitsAway>) {
        let was_alone = self.is_alone.swap(away.is_some(), Ordering::Relaxed);
        match away {
            Some(error) => {
                metrics::counter!("shared_limits_failures_total").increment(1);
                metrics::gauge!("shared_limits_up").set(0);
                if !was_alone {
                    tracing::warn!(%error, "limits are counted by this process alone");
                }
            }
            None => {
                metrics::gauge!("shared_limits_up").set(1);
                if was_alone {
                    tracing::info!("limits are counted by all processes together again");
                }
            }
        }
    }
}

fn refused(class: RateClass, throttle: Throttle, wait: Duration) -> Problem {
    metrics::counter!("http_requests_throttled_total", "class" => class.name()).increment(1);
    let wait_secs = whole_seconds(wait);
    Problem::new(
        StatusCode::TOO_MANY_REQUESTS,
        "too_many_requests",
        "Too many requests: wait a moment.",
    )
    .retry_after(wait_secs)
    .rate_limit(Left {
        policy: class.name(),
        throttle,
        remaining: 0,
        wait_secs,
    })
}

/// The seconds until that time is over, at least one.
fn whole_seconds(wait: Duration) -> u64 {
    let begun = u64::from(wait.subsec_nanos() > 0);
    wait.as_secs().saturating_add(begun).max(1)
}

impl Limit {
    fn new(throttle: Throttle) -> Option<Self> {
        let quota = Quota::with_period(throttle.period)?.allow_burst(throttle.burst);
        Some(Self {
            throttle,
            limiter: RateLimiter::keyed(quota).with_middleware(),
            clock: DefaultClock::default(),
            checks: AtomicU32::new(0),
        })
    }

    /// How many more are left at once, or how long it is until there is one.
    fn check(&self, key: &str) -> Result<u32, Duration> {
        if self.checks.fetch_add(1, Ordering::Relaxed) % SWEEP_EVERY == SWEEP_EVERY - 1 {
            self.limiter.retain_recent();
            self.limiter.shrink_to_fit();
        }
        self.limiter
            .check_key(&key.to_owned())
            .map(|left| left.remaining_burst_capacity())
            .map_err(|until| until.wait_time_from(self.clock.now()))
    }
}

impl Throttle {
    /// How long the whole burst takes to come back.
    pub fn window(&self) -> Duration {
        self.period.saturating_mul(self.burst.get())
    }
}

#[cfg(test)]
mod tests {
    use std::num::NonZeroU32;

    use super::*;

    /// Counts as if another process had spent everything, or is away.
    struct Elsewhere {
        is_away: bool,
    }

    #[async_trait]
    impl SharedLimits for Elsewhere {
        fn counts_calls(&self) -> bool {
            false
        }

        async fn take(
            &self,
            _store: &Arc<Store>,
            _now: Time,
            allowances: &[Allowance],
        ) -> Result<Vec<Option<Duration>>, SharedLimitsAway> {
            if self.is_away {
                return Err(SharedLimitsAway("nobody listens".into()));
            }
            Ok(allowances.iter().map(|_| Some(Duration::from_millis(1500))).collect())
        }
    }

    fn limits(shared: Elsewhere) -> RateLimits {
        let throttle = NonZeroU32::new(2).map(|burst| Throttle {
            burst,
            period: Duration::from_secs(3600),
        });
        let settings = Settings {
            api_throttle: throttle,
            auth_throttle: throttle,
            ..Settings::default()
        };
        RateLimits::new(&settings, Some(Arc::new(shared)))
    }

    #[test]
    fn a_client_is_an_address_or_a_network_of_the_newer_kind() {
        for (address, counted) in [
            ("192.0.2.7", "192.0.2.7"),
            ("::ffff:192.0.2.7", "192.0.2.7"),
            ("2001:db8:1:2::1", "2001:db8:1:2::/64"),
            ("2001:db8:1:2:ffff:ffff:ffff:ffff", "2001:db8:1:2::/64"),
            ("2001:db8:1:3::1", "2001:db8:1:3::/64"),
        ] {
            assert_eq!(caller(address.parse().unwrap()), counted, "{address}");
        }
    }

    #[test]
    fn what_is_longer_than_an_address_is_counted_without_being_kept() {
        let store = Store::sample().id;
        let key = |email: &str| caller_for("192.0.2.7", store, email);
        assert_eq!(key(" Ann@Example.com"), key("ann@example.com"));
        assert_ne!(key("ann@example.com"), key("ben@example.com"));
        assert_eq!(key(&"a".repeat(1_000_000)), key(""));
        assert_eq!(key(&"b".repeat(LONGEST_EMAIL + 1)), key(""));
        assert_ne!(key(&"b".repeat(LONGEST_EMAIL)), key(""));
    }

    #[tokio::test]
    async fn what_another_process_has_spent_is_spent_here_where_it_guards() {
        let limits = limits(Elsewhere { is_away: false });
        let (store, now) = (Arc::new(Store::sample()), chrono::DateTime::UNIX_EPOCH);
        for class in [RateClass::Auth, RateClass::AuthClient, RateClass::Ticket] {
            let guarded = [(class, "somebody".to_owned())];
            let problem = limits.check(&store, now, &guarded).await.unwrap_err();
            assert_eq!(problem.status(), StatusCode::TOO_MANY_REQUESTS, "{class:?}");
        }
        let call = [(RateClass::Api, "somebody".to_owned())];
        limits.check(&store, now, &call).await.unwrap();
    }

    #[tokio::test]
    async fn a_process_that_is_alone_counts_by_itself() {
        let limits = limits(Elsewhere { is_away: true });
        let (store, now) = (Arc::new(Store::sample()), chrono::DateTime::UNIX_EPOCH);
        let auth = [(RateClass::Auth, "somebody".to_owned())];
        for _ in 0..2 {
            limits.check(&store, now, &auth).await.unwrap();
        }
        assert!(limits.check(&store, now, &auth).await.is_err());
    }
}
