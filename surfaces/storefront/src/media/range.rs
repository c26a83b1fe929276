//! Which part of a file a player asks for.

use axum::http::{HeaderMap, header};

/// What is asked for, as the first byte and the one behind the last.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Wanted {
    /// The whole file. Whoever asks for several parts at once gets it too.
    Everything,
    /// A part.
    Part { from: u64, to: u64 },
    /// A part that the file does not have.
    Nothing,
}

/// Reads the header `Range` for a file of that size.
pub(super) fn wanted(headers: &HeaderMap, size: u64) -> Wanted {
    let text = headers.get(header::RANGE).and_then(|value| value.to_str().ok());
    match text.and_then(parse) {
        None => Wanted::Everything,
        Some((Some(from), last)) => {
            let to = last.map_or(size, |last| last.saturating_add(1)).min(size);
            part(from, to)
        }
        Some((None, last)) => part(size.saturating_sub(last.unwrap_or_default()), size),
    }
}

fn part(from: u64, to: u64) -> Wanted {
    if from < to {
        Wanted::Part { from, to }
    } else {
        Wanted::Nothing
    }
}

/// `bytes=FIRST-LAST`, where either may be left out; without a first, the last is how many are wanted from the end.
fn parse(text: &str) -> Option<(Option<u64>, Option<u64>)> {
    let (from, last) = text.strip_prefix("bytes=")?.split_once('-')?;
    let number = |text: &str| match text.trim() {
        "" => Some(None),
        digits => digits.parse().ok().map(Some),
    };
    let (from, last) = (number(from)?, number(last)?);
    (from.is_some() || last.is_some()).then_some((from, last))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_cut_to_the_file() {
        let asked = |text: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(header::RANGE, text.parse().unwrap());
            wanted(&headers, 100)
        };
        assert_eq!(wanted(&HeaderMap::new(), 100), Wanted::Everything);
        for (text, from, to) in [
            ("bytes=0-", 0, 100),
            ("bytes=10-19", 10, 20),
            ("bytes=90-900", 90, 100),
            ("bytes=-5", 95, 100),
            ("bytes=-500", 0, 100),
        ] {
            assert_eq!(asked(text), Wanted::Part { from, to }, "{text}");
        }
        for text in ["bytes=100-", "bytes=20-10", "bytes=-0"] {
            assert_eq!(asked(text), Wanted::Nothing, "{text}");
        }
        for text in ["bytes=-", "bytes=0-1,5-6", "lines=1-2", "bytes=a-b", "bytes=0"] {
            assert_eq!(asked(text), Wanted::Everything, "{text}");
        }
    }
}
