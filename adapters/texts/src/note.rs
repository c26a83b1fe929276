//! What Twilio posts to a store, and its signature: HMAC-SHA1 with the account's token over the address and then each field's
//! name and value, by name. Its address may have the port or not, whichever way Twilio asked.

use std::collections::BTreeMap;

use data_encoding::BASE64;
use notifications::{PhoneNumber, TextAccount, TextNote, TextOutcome, Unsigned};
use ring::hmac::{self, HMAC_SHA1_FOR_LEGACY_USE_ONLY};
use url::{Position, Url};

/// What Twilio takes for a refusal, and what an Indonesian would write.
const STOP: &[&str] = &[
    "STOP",
    "STOPALL",
    "UNSUBSCRIBE",
    "CANCEL",
    "END",
    "QUIT",
    "OPTOUT",
    "REVOKE",
    "BERHENTI",
];
/// What takes it back.
const START: &[&str] = &["START", "UNSTOP", "YES", "MULAI"];

pub(crate) fn read(
    account: &TextAccount,
    url: &str,
    signature: &str,
    fields: &BTreeMap<String, String>,
) -> Result<TextNote, Unsigned> {
    let signature = BASE64.decode(signature.as_bytes()).map_err(|_error| Unsigned)?;
    let key = hmac::Key::new(HMAC_SHA1_FOR_LEGACY_USE_ONLY, account.token.as_bytes());
    let is_genuine = |url: &str| hmac::verify(&key, signed(url, fields).as_bytes(), &signature).is_ok();
    if !is_genuine(url) && !other_spelling(url).is_some_and(|url| is_genuine(&url)) {
        return Err(Unsigned);
    }
    let field = |name: &str| fields.get(name).map(String::as_str).unwrap_or_default();
    let outcome = match field("MessageStatus") {
        "" => {
            return Ok(reply(
                field("From"),
                field("OptOutType"),
                field("Body"),
                field("MessageSid"),
            ));
        }
        "accepted" | "queued" | "sending" | "sent" => TextOutcome::Taken,
        "delivered" => TextOutcome::Delivered,
        status @ ("failed" | "undelivered") => TextOutcome::Failed(match field("ErrorCode") {
            "" => status.to_owned(),
            code => format!("{status}, code {code}"),
        }),
        _ => return Ok(TextNote::Other),
    };
    Ok(TextNote::Became {
        outcome,
        reference: field("MessageSid").to_owned(),
    })
}

/// The address without the port that it names, or with the one that it does not.
fn other_spelling(text: &str) -> Option<String> {
    let url = Url::parse(text).ok()?;
    let (scheme, host, rest) = (url.scheme(), url.host_str()?, &url[Position::BeforePath..]);
    Some(match (url.port(), url.port_or_known_default()) {
        (None, Some(port)) => format!("{scheme}://{host}:{port}{rest}"),
        _ => format!("{scheme}://{host}{rest}"),
    })
}

fn signed(url: &str, fields: &BTreeMap<String, String>) -> String {
    let fields = fields.iter().flat_map(|(name, value)| [name.as_str(), value.as_str()]);
    std::iter::once(url).chain(fields).collect()
}

fn reply(from: &str, opt_out: &str, body: &str, reference: &str) -> TextNote {
    let word = if opt_out.is_empty() { body } else { opt_out };
    let word = word.trim().trim_end_matches(['.', '!']).to_uppercase();
    let wanted = match word.as_str() {
        word if STOP.contains(&word) => false,
        word if START.contains(&word) => true,
        _ => return TextNote::Other,
    };
    let reference = Some(reference.to_owned()).filter(|reference| !reference.is_empty());
    PhoneNumber::read(from).map_or(TextNote::Other, |from| TextNote::Replied {
        from,
        wanted,
        reference,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn account(token: &str) -> TextAccount {
        TextAccount {
            account: "AC1".to_owned(),
            token: token.to_owned(),
            sender: "+14155550999".to_owned(),
        }
    }

    fn fields(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
        let owned = pairs
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        owned.collect()
    }

    /// The example of Twilio's own documentation, "Validating Signatures from Twilio".
    #[test]
    fn the_published_example_is_genuine_and_nothing_near_it() {
        let url = "https://mycompany.com/myapp.php?foo=1&bar=2";
        let good = fields(&[
            ("CallSid", "CA1234567890ABCDE"),
            ("Caller", "+14158675309"),
            ("Digits", "1234"),
            ("From", "+14158675309"),
            ("To", "+18005551212"),
        ]);
        let signature = "RSOYDt4T1cUTdK1PDd93/VVr8B8=";
        assert_eq!(read(&account("12345"), url, signature, &good), Ok(TextNote::Other));
        let mut other = good.clone();
        other.insert("Digits".to_owned(), "1235".to_owned());
        for (token, url, signature, fields) in [
            ("12346", url, signature, &good),
            ("12345", "https://mycompany.com/myapp.php?foo=1&bar=3", signature, &good),
            ("12345", url, "RSOYDt4T1cUTdK1PDd93/VVr8B9=", &good),
            ("12345", url, "", &good),
            ("12345", url, "nonsense!", &good),
            ("12345", url, signature, &other),
        ] {
            assert_eq!(read(&account(token), url, signature, fields), Err(Unsigned));
        }
    }

    #[test]
    fn an_address_is_signed_with_its_port_or_without() {
        let fields = fields(&[("Body", "STOP")]);
        let key = hmac::Key::new(HMAC_SHA1_FOR_LEGACY_USE_ONLY, b"12345");
        let mut heard = 0;
        for (asked, signed_as) in [
            (
                "https://shop.example/texts/replies",
                "https://shop.example:443/texts/replies",
            ),
            (
                "https://shop.example:8443/texts/replies",
                "https://shop.example/texts/replies",
            ),
            (
                "https://shop.example:8443/texts/replies",
                "https://shop.example:443/texts/replies",
            ),
            (
                "https://shop.example/texts/replies",
                "https://shop.example:8443/texts/replies",
            ),
        ] {
            let signature = BASE64.encode(hmac::sign(&key, signed(signed_as, &fields).as_bytes()).as_ref());
            heard += usize::from(read(&account("12345"), asked, &signature, &fields).is_ok());
        }
        assert_eq!(heard, 2, "the last two are other addresses");
    }

    fn told(pairs: &[(&str, &str)]) -> TextNote {
        let (account, fields) = (account("12345"), fields(pairs));
        let key = hmac::Key::new(HMAC_SHA1_FOR_LEGACY_USE_ONLY, b"12345");
        let signature = BASE64.encode(hmac::sign(&key, signed("https://shop.example/", &fields).as_bytes()).as_ref());
        read(&account, "https://shop.example/", &signature, &fields).unwrap()
    }

    #[test]
    fn a_text_is_taken_and_ends_on_the_telephone_or_with_a_reason() {
        let became = |outcome| TextNote::Became {
            outcome,
            reference: "SM7".to_owned(),
        };
        let failed = |why: &str| became(TextOutcome::Failed(why.to_owned()));
        for (pairs, note) in [
            (&[("MessageStatus", "queued")][..], became(TextOutcome::Taken)),
            (&[("MessageStatus", "sent")], became(TextOutcome::Taken)),
            (&[("MessageStatus", "read")], TextNote::Other),
            (&[("MessageStatus", "delivered")], became(TextOutcome::Delivered)),
            (
                &[("MessageStatus", "undelivered"), ("ErrorCode", "30003")],
                failed("undelivered, code 30003"),
            ),
            (&[("MessageStatus", "failed"), ("ErrorCode", "")], failed("failed")),
        ] {
            let fields: Vec<_> = pairs.iter().copied().chain([("MessageSid", "SM7")]).collect();
            assert_eq!(told(&fields), note, "{pairs:?}");
        }
    }

    #[test]
    fn an_answer_refuses_or_takes_back_and_anything_else_says_nothing() {
        let from = PhoneNumber::read("+14155550123").unwrap();
        for (body, opt_out, wanted) in [
            ("Stop", "", Some(false)),
            (" stop! ", "", Some(false)),
            ("berhenti", "", Some(false)),
            ("whatever it is in French", "STOP", Some(false)),
            ("start", "", Some(true)),
            ("UNSTOP", "START", Some(true)),
            ("info", "HELP", None),
            ("please stop", "", None),
            ("thank you", "", None),
        ] {
            let fields = [
                ("From", "+14155550123"),
                ("Body", body),
                ("OptOutType", opt_out),
                ("MessageSid", "SM7"),
            ];
            let note = told(&fields);
            let expected = wanted.map_or(TextNote::Other, |wanted| TextNote::Replied {
                from: from.clone(),
                wanted,
                reference: Some("SM7".to_owned()),
            });
            assert_eq!(note, expected, "{body} {opt_out}");
        }
        assert_eq!(told(&[("From", "Shop"), ("Body", "stop")]), TextNote::Other);
    }
}
