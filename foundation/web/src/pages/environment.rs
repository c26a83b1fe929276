//! What templates can call: `t`, `asset`, `url`, `renditions`, `rendition`, and the filters `money`, `number`,
//! `date` and `time`.

use std::{path::Path, sync::Arc, time::SystemTime};

use chrono::NaiveDate;
use fluent_bundle::{FluentArgs, FluentValue};
use kernel::{Locale, Money, PictureFormat, PictureUrl, Time};
use minijinja::{
    AutoEscape, Environment, Error, ErrorKind, Output, State, TemplateSource, UndefinedBehavior, Value, context,
    escape_formatter,
    syntax::SyntaxConfig,
    value::{Kwargs, Rest},
};
use rust_decimal::Decimal;

use super::{
    MoneyView,
    mistakes::{Mistakes, Step},
    zone,
};
use crate::{Theme, Translations, assets::Assets, theme};

/// Steps that a page may take: far more than a feed of a large catalogue does, and few enough that a theme whose loops do not end
/// shows its mistake after seconds instead of keeping a processor for good.
const FUEL: u64 = 200_000_000;

/// An environment for one language, so that imported macros need not be told it.
pub(super) fn new(
    theme: &Theme,
    locale: Locale,
    translations: &Arc<Translations>,
    assets: &Arc<Assets>,
    mistakes: &Arc<Mistakes>,
) -> Environment<'static> {
    let mut environment = Environment::new();
    if let Some(syntax) = syntax() {
        environment.set_syntax(syntax);
    }
    environment.set_undefined_behavior(UndefinedBehavior::SemiStrict);
    environment.set_fuel(Some(FUEL));
    environment.set_auto_reload(theme.reloads());
    environment.set_formatter(write_value);
    let (files, noted) = (theme.clone(), Arc::clone(mistakes));
    environment.set_loader(move |name| Ok(find_template(&files, name, &noted)));
    let texts = Arc::clone(translations);
    environment.add_function("t", move |key: &str, arguments: Kwargs| {
        translate(&texts, locale, key, &arguments)
    });
    let files = Arc::clone(assets);
    environment.add_function("asset", move |path: &str| files.url(path));
    environment.add_function("url", url);
    let avif = theme.names_avif();
    environment.add_function("renditions", move |address: &str| renditions(address, avif));
    environment.add_function("rendition", rendition);
    environment.add_filter("money", move |amount: &Value| money(locale, amount));
    environment.add_filter("number", move |number: &Value| {
        let text = number.to_string();
        text.parse()
            .map_or(text, |number: Decimal| locale.format_number(number))
    });
    environment.add_filter("date", move |moment: &Value| {
        Ok::<_, Error>(locale.format_date(parse_day(moment)?))
    });
    environment.add_filter("days", move |first: &Value, last: &Value| {
        Ok::<_, Error>(locale.format_days(parse_day(first)?, parse_day(last)?))
    });
    environment.add_filter("time", move |moment: &Value| {
        let (moment, zone) = (parse_time(moment)?, zone::current());
        let local = zone.local(moment);
        Ok::<_, Error>(format!(
            "{}, {} {}",
            locale.format_date(local.date()),
            local.format("%H:%M"),
            zone.abbreviation(moment)
        ))
    });
    environment
}

/// Tags of blocks take their lines with them.
pub(super) fn syntax() -> Option<SyntaxConfig> {
    let built = SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).build();
    built
        .inspect_err(|error| tracing::error!(%error, "blank lines of block tags stay in the pages"))
        .ok()
}

/// Writes a value escaped for HTML. Unlike minijinja's own way it leaves slashes alone, which are harmless inside quotes,
/// so that addresses stay readable.
pub(super) fn write_value(out: &mut Output<'_>, state: &mut State<'_, '_>, value: &Value) -> Result<(), Error> {
    let text = match (state.auto_escape(), value.as_str()) {
        (AutoEscape::Html, Some(text)) if !value.is_safe() => text,
        _ => return escape_formatter(out, state, value),
    };
    let mut rest = text;
    while let Some((before, found, after)) = split_special(rest) {
        write_text(out, before)?;
        write_text(out, found)?;
        rest = after;
    }
    write_text(out, rest)
}

/// What stands before the first character that means something in HTML, that character escaped, and the rest.
fn split_special(text: &str) -> Option<(&str, &'static str, &str)> {
    let special = text.find(['&', '<', '>', '"', '\''])?;
    let (before, from) = text.split_at_checked(special)?;
    let mut letters = from.chars();
    let escaped = match letters.next()? {
        '&' => "&amp;",
        '<' => "&lt;",
        '>' => "&gt;",
        '"' => "&quot;",
        _ => "&#39;",
    };
    Some((before, escaped, letters.as_str()))
}

fn write_text(out: &mut Output<'_>, text: &str) -> Result<(), Error> {
    out.write_str(text).map_err(Error::from)
}

/// What a template that stands before a built-in one calls that one, to extend it.
const BUILT_IN: &str = "built-in/";

/// The winning version of a template that can be parsed.
fn find_template(theme: &Theme, name: &str, mistakes: &Mistakes) -> Option<TemplateSource> {
    if let Some(name) = name.strip_prefix(BUILT_IN) {
        let file = theme.versions(name).last()?;
        return Some(TemplateSource::new(file.text().ok()?.to_owned()));
    }
    let versions: Vec<_> = theme.versions(name).collect();
    let last = versions.len().saturating_sub(1);
    for (index, file) in versions.into_iter().enumerate() {
        let on_disk = || {
            let path = file.on_disk.as_deref().map(|path| path.display().to_string());
            path.unwrap_or_default()
        };
        let source = match file.text() {
            Ok(source) => source.to_owned(),
            Err(line) => {
                mistakes.note_not_text(name, line);
                tracing::error!(
                    file = on_disk(),
                    line,
                    "a template of the theme is not UTF-8, the built-in one is used"
                );
                continue;
            }
        };
        let mistake = Environment::new().template_from_named_str(name, &source).err();
        match &mistake {
            Some(error) => mistakes.note(Step::Reading, name, error),
            None if index == 0 => mistakes.forget(Step::Reading, name),
            None => {}
        }
        if let Some(mistake) = mistake.filter(|_| index < last) {
            tracing::error!(file = on_disk(), line = mistake.line().unwrap_or_default(), error = %mistake, "a template of the theme has a mistake, the built-in one is used");
            continue;
        }
        let modified = file.modified();
        let source = TemplateSource::new(source);
        return Some(match file.on_disk {
            Some(path) => source.with_uptodate_check(move || is_unchanged(&path, modified)),
            None => source,
        });
    }
    None
}

fn is_unchanged(path: &Path, modified: Option<SystemTime>) -> bool {
    theme::modified(path) == modified
}

fn translate(texts: &Translations, locale: Locale, key: &str, arguments: &Kwargs) -> Result<String, Error> {
    let mut named = FluentArgs::new();
    for name in arguments.args() {
        let value: Value = arguments.get(name)?;
        let value = match i64::try_from(value.clone()) {
            Ok(number) => FluentValue::from(number),
            Err(_not_a_number) => FluentValue::from(value.to_string()),
        };
        named.set(name.to_owned(), value);
    }
    Ok(texts.format(locale, key, &named))
}

/// `url("products", slug)` joins path segments, each escaped; keyword arguments become the query, empty ones left out.
fn url(segments: Rest<Value>, query: Kwargs) -> Result<String, Error> {
    let mut path = String::new();
    for segment in segments.iter() {
        path.push('/');
        let segment = segment.to_string();
        path.extend(
            url::form_urlencoded::byte_serialize(segment.as_bytes())
                .flat_map(|part| [if part == "+" { "%20" } else { part }]),
        );
    }
    let mut pairs = url::form_urlencoded::Serializer::new(String::new());
    for name in query.args() {
        let value: Value = query.get(name)?;
        if !value.is_none() && !value.is_undefined() && !value.as_str().is_some_and(str::is_empty) {
            pairs.append_pair(name, &value.to_string());
        }
    }
    let pairs = pairs.finish();
    let path = if path.is_empty() { "/".to_owned() } else { path };
    Ok(if pairs.is_empty() {
        path
    } else {
        format!("{path}?{pairs}")
    })
}

/// The sizes that a stored picture comes in, with its own width and height; none for every other address.
fn renditions(address: &str, avif: bool) -> Value {
    let Some(picture) = PictureUrl::parse(address) else {
        return Value::from(());
    };
    context! {
        width => picture.width,
        height => picture.height,
        sources => picture.source_set(PictureFormat::Webp),
        avif => avif.then(|| picture.source_set(PictureFormat::Avif)),
    }
}

/// A stored picture about that wide, for where it is small; every other address as it is.
fn rendition(address: &str, width: u32) -> String {
    let picture = PictureUrl::parse(address);
    let smaller = picture.and_then(|picture| {
        let wide_enough = picture.widths().into_iter().find(|own| *own >= width)?;
        Some(picture.rendition(wide_enough, PictureFormat::Webp))
    });
    smaller.unwrap_or_else(|| address.to_owned())
}

/// `{amount, currency}` as shoppers write it; nothing for no amount.
fn money(locale: Locale, amount: &Value) -> Result<String, Error> {
    if amount.is_none() || amount.is_undefined() {
        return Ok(String::new());
    }
    let invalid = |why: String| {
        Error::new(
            ErrorKind::InvalidOperation,
            format!("money wants an amount and a currency: {why}"),
        )
    };
    let minor = i64::try_from(amount.get_attr("amount")?).map_err(|error| invalid(error.to_string()))?;
    let view = MoneyView {
        amount: minor,
        currency: amount.get_attr("currency")?.to_string(),
    };
    Money::try_from(view)
        .map(|money| money.format(locale))
        .map_err(|error| invalid(error.to_string()))
}

/// A date, or the day of a moment where the page's store is.
fn parse_day(day: &Value) -> Result<NaiveDate, Error> {
    match day.as_str().map(str::parse) {
        Some(Ok(day)) => Ok(day),
        Some(Err(_)) | None => Ok(zone::current().day(parse_time(day)?)),
    }
}

fn parse_time(moment: &Value) -> Result<Time, Error> {
    let text = moment.to_string();
    text.parse()
        .map_err(|_parse| Error::new(ErrorKind::InvalidOperation, format!("{text:?} is not an RFC 3339 time")))
}
