//! Why a text or a push was not sent, as the logs keep it.

kernel::named! {
    /// Why a text or a push was not sent.
    Unsent {
        /// The store sends none any more.
        Off = "off",
        /// Whoever has the number said that no texts are wanted.
        Stopped = "stopped",
        /// It was asked for no longer, or at another number.
        NotWanted = "not_wanted",
        /// What it says may not be so any more.
        Late = "late",
        /// The number got as many within a day as it may.
        TooMany = "too_many",
        /// Its words make no text.
        NoText = "no_text",
        /// Its words make a text that is too long.
        TooLong = "too_long",
        /// It will not be taken.
        Refused = "refused",
        /// It was not taken, but may be.
        Unavailable = "unavailable",
        /// It may have been taken or not, and is not offered again.
        Unknown = "unknown",
        /// The browser takes no pushes any more.
        Gone = "gone",
    }
}

impl Unsent {
    /// The reason with what was said about it.
    pub(crate) fn because(self, said: &str) -> String {
        format!("{}: {said}", self.as_str())
    }

    /// A reason of the log and what was said about it. What the network says of a text has no reason of ours.
    pub fn read(text: &str) -> (Option<Self>, &str) {
        let (name, said) = text.split_once(": ").unwrap_or((text, ""));
        match Self::parse(name) {
            Some(why) => (Some(why), said),
            None => (None, text),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reason_is_read_as_it_was_kept() {
        for (text, why, said) in [
            ("late", Some(Unsent::Late), ""),
            (
                &*Unsent::Refused.because("code 1: no: never"),
                Some(Unsent::Refused),
                "code 1: no: never",
            ),
            ("undelivered, code 30003", None, "undelivered, code 30003"),
        ] {
            assert_eq!(Unsent::read(text), (why, said));
        }
    }
}
