//! What a browser keeps of having registered: with it, it confirms the address by the mailed link without a password.

use std::time::Duration;

use crate::{Visitor, cookies::REGISTRATION_COOKIE};

/// As long as the mailed link works.
const MAX_AGE: Duration = Duration::from_secs(3 * 24 * 3600);

impl Visitor {
    /// What the browser was given when it registered.
    pub fn registration(&self) -> Option<&str> {
        self.request().registration.as_deref()
    }

    /// Gives the browser what shows that it registered.
    pub fn remember_registration(&self, mark: &str) {
        let facts = self.request();
        facts.jar.put(REGISTRATION_COOKIE, mark, MAX_AGE, facts.https);
    }

    /// Takes it away once the address is confirmed.
    pub fn forget_registration(&self) {
        let facts = self.request();
        if facts.registration.is_some() {
            facts.jar.remove(REGISTRATION_COOKIE, facts.https);
        }
    }
}
