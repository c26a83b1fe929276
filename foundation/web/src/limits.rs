//! How often one caller may ask: generous for the API, strict where passwords are guessed.

use std::{
    sync::atomic::{AtomicU32, Ordering},
    time::Duration,
};

use axum::http::StatusCode;
use governor::{
    DefaultKeyedRateLimiter, Quota, RateLimiter,
    clock::{Clock, DefaultClock},
};

use crate::{Problem, Settings, Throttle};

/// Checks between two clean-ups of callers that have not asked for a while.
const SWEEP_EVERY: u32 = 4096;

/// What a request counts as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RateClass {
    /// A call of the API, per client address.
    Api,
    /// An attempt to sign in, register or reset a password, per client address and e-mail address.
    Auth,
    /// The same, per client address alone.
    AuthClient,
}

impl RateClass {
    fn name(self) -> &'static str {
        match self {
            Self::Api => "api",
            Self::Auth => "auth",
            Self::AuthClient => "auth-client",
        }
    }
}

/// Counters of recent requests. Callers that have not asked for a while are forgotten, so memory stays bounded.
pub struct RateLimits {
    api: Option<Limit>,
    auth: Option<Limit>,
    auth_client: Option<Limit>,
}

impl std::fmt::Debug for RateLimits {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("RateLimits").finish_non_exhaustive()
    }
}

struct Limit {
    throttle: Throttle,
    limiter: DefaultKeyedRateLimiter<String>,
    clock: DefaultClock,
    checks: AtomicU32,
}

impl RateLimits {
    pub(crate) fn new(settings: &Settings) -> Self {
        Self {
            api: settings.api_throttle.and_then(Limit::new),
            auth: settings.auth_throttle.and_then(Limit::new),
            auth_client: settings.auth_client_throttle.and_then(Limit::new),
        }
    }

    /// Counts a request of `key`, or answers 429 with the time to wait.
    pub fn check(&self, class: RateClass, key: &str) -> Result<(), Problem> {
        let limit = match class {
            RateClass::Api => &self.api,
            RateClass::Auth => &self.auth,
            RateClass::AuthClient => &self.auth_client,
        };
        let Some(limit) = limit else { return Ok(()) };
        limit.check(key).map_err(|wait| {
            metrics::counter!("http_requests_throttled_total", "class" => class.name()).increment(1);
            let seconds = wait.as_secs() + u64::from(wait.subsec_nanos() > 0);
            Problem::new(
                StatusCode::TOO_MANY_REQUESTS,
                "too_many_requests",
                "Too many requests: wait a moment.",
            )
            .retry_after(seconds.max(1))
            .rate_limit(class.name(), limit.throttle)
        })
    }
}

impl Limit {
    fn new(throttle: Throttle) -> Option<Self> {
        let quota = Quota::with_period(throttle.period)?.allow_burst(throttle.burst);
        Some(Self {
            throttle,
            limiter: RateLimiter::keyed(quota),
            clock: DefaultClock::default(),
            checks: AtomicU32::new(0),
        })
    }

    fn check(&self, key: &str) -> Result<(), Duration> {
        if self.checks.fetch_add(1, Ordering::Relaxed) % SWEEP_EVERY == SWEEP_EVERY - 1 {
            self.limiter.retain_recent();
            self.limiter.shrink_to_fit();
        }
        self.limiter
            .check_key(&key.to_owned())
            .map_err(|until| until.wait_time_from(self.clock.now()))
    }
}

impl Throttle {
    /// How long the whole burst takes to come back.
    pub(crate) fn window(&self) -> Duration {
        self.period.saturating_mul(self.burst.get())
    }
}
