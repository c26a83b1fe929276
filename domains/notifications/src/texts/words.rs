//! What texts and pushes say, and how the merchant writes it.

use kernel::FieldError;

use super::TextLength;

/// The longest words for a text or a push, in characters.
const LONGEST: usize = 480;

kernel::named! {
    /// The texts and pushes that are sent.
    TextKind {
        /// Thank you for your order.
        OrderConfirmed = "order_confirmed",
        /// A parcel left.
        Shipped = "shipped",
        /// It comes today.
        OutForDelivery = "out_for_delivery",
        /// It is there.
        Delivered = "delivered",
        /// You get money back.
        Refunded = "refunded",
    }
}

/// The facts that words can name as `{{ order }}`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TextFacts {
    /// The store's name.
    pub store: String,
    /// The order's number.
    pub order: String,
    /// The order's status page.
    pub link: String,
    /// Where the parcel can be followed, the status page where that is not known.
    pub tracking: String,
    /// What was paid, or is given back.
    pub amount: String,
}

/// What is wrong with words.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WordsMistake {
    /// They name a fact that this text does not have.
    #[error("{{{{ {0} }}}} is no fact of this text")]
    Unknown(String),
    /// Two brackets are opened and never closed.
    #[error("{{{{ without }}}}")]
    Open,
}

impl TextKind {
    /// The facts that its words can name.
    pub fn fields(self) -> &'static [&'static str] {
        match self {
            Self::OrderConfirmed | Self::Refunded => &["store", "order", "link", "amount"],
            Self::Shipped | Self::OutForDelivery => &["store", "order", "link", "tracking"],
            Self::Delivered => &["store", "order", "link"],
        }
    }

    /// Whether a store sends it unless it says otherwise. A confirmation comes by mail anyway.
    pub fn is_usual(self) -> bool {
        self != Self::OrderConfirmed
    }

    /// The text that words make of facts.
    pub fn fill(self, words: &str, facts: &TextFacts) -> Result<String, WordsMistake> {
        let mut text = String::new();
        let mut rest = words;
        while let Some((before, behind)) = rest.split_once("{{") {
            let (name, after) = behind.split_once("}}").ok_or(WordsMistake::Open)?;
            text.push_str(before);
            text.push_str(self.fact(name.trim(), facts)?);
            rest = after;
        }
        text.push_str(rest);
        Ok(text)
    }

    fn fact<'f>(self, name: &str, facts: &'f TextFacts) -> Result<&'f str, WordsMistake> {
        let known = self.fields().contains(&name).then_some(name);
        match known {
            Some("store") => Ok(&facts.store),
            Some("order") => Ok(&facts.order),
            Some("link") => Ok(&facts.link),
            Some("tracking") => Ok(&facts.tracking),
            Some("amount") => Ok(&facts.amount),
            _ => Err(WordsMistake::Unknown(name.chars().take(40).collect())),
        }
    }

    /// Words with line ends as they are kept, or what is wrong with them.
    pub(crate) fn checked(self, words: &str) -> Result<String, FieldError> {
        let words = words.replace("\r\n", "\n").trim().to_owned();
        let wrong = |code, message: &str| Err(FieldError::new("words", code, message));
        if words.is_empty() {
            return Err(FieldError::required("words"));
        }
        if words.chars().count() > LONGEST {
            return Err(FieldError::new(
                "words",
                "too_long",
                format!("may have at most {LONGEST} characters"),
            ));
        }
        if words.chars().any(|letter| letter.is_control() && letter != '\n') {
            return wrong("invalid_text", "may not hold control characters");
        }
        match self.fill(&words, &TextFacts::sample()) {
            Ok(_) => Ok(words),
            Err(mistake @ WordsMistake::Unknown(_)) => wrong("unknown_fact", &mistake.to_string()),
            Err(mistake @ WordsMistake::Open) => wrong("open_brackets", &mistake.to_string()),
        }
    }
}

impl TextFacts {
    /// An order that nobody placed, in a store that nobody has.
    pub fn sample() -> Self {
        Self {
            store: "Store".to_owned(),
            order: "ORD-1001".to_owned(),
            link: "https://shop.example.com/orders/ord_01".to_owned(),
            tracking: "https://post.example.com/PP123456".to_owned(),
            amount: "$49.00".to_owned(),
        }
    }
}

/// How words look in a text, for who writes them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TextPreview {
    /// The text about an order that nobody placed.
    pub text: String,
    /// How long it is.
    pub length: TextLength,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn facts() -> TextFacts {
        TextFacts {
            store: "Ink {{ order }}".to_owned(),
            ..TextFacts::sample()
        }
    }

    #[test]
    fn words_name_the_facts_of_their_text() {
        let text = TextKind::Shipped.fill("{{store}}: {{ order }} {now} {{ tracking }}!", &facts());
        assert_eq!(
            text.as_deref(),
            Ok("Ink {{ order }}: ORD-1001 {now} https://post.example.com/PP123456!")
        );
        for (kind, words, mistake) in [
            (
                TextKind::Delivered,
                "{{ amount }}",
                WordsMistake::Unknown("amount".to_owned()),
            ),
            (TextKind::Refunded, "{{ amount", WordsMistake::Open),
            (TextKind::Refunded, "{{}}", WordsMistake::Unknown(String::new())),
        ] {
            assert_eq!(kind.fill(words, &facts()), Err(mistake), "{words}");
        }
    }

    #[test]
    fn words_that_make_no_text_are_refused() {
        for (words, code) in [
            (" \r\n ", "required"),
            (&*"x".repeat(481), "too_long"),
            ("a\u{7}", "invalid_text"),
            ("{{ total }}", "unknown_fact"),
            ("{{ order", "open_brackets"),
        ] {
            let error = TextKind::Shipped.checked(words).unwrap_err();
            assert_eq!((error.field.as_str(), error.code), ("words", code), "{words}");
        }
        let good = TextKind::Shipped.checked(" {{ order }}\r\nis on its way\n");
        assert_eq!(good.as_deref(), Ok("{{ order }}\nis on its way"));
    }
}
