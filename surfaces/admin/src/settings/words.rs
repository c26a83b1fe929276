//! The page that changes what a text says, with how it looks and how long it is.

use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse as _, Redirect, Response},
};
use kernel::Locale;
use notifications::{PhoneNumber, SaveWordsError, TextKind, TextPreview};
use serde::{Deserialize, Serialize};
use web::{Answer, Form, Path, Problem, Staff, Visitor, can};

use crate::{Desk, forms::Errors};

type Address = Path<(String, String)>;

/// A text as it is typed.
#[derive(Debug, Clone, Default, Deserialize, Serialize)]
#[serde(default)]
pub(crate) struct WordsForm {
    words: String,
    phone: String,
    /// `preview` only shows how it looks, `reset` takes the theme's words again; anything else saves.
    #[serde(skip_serializing)]
    action: String,
}

#[derive(Serialize)]
struct WordsView {
    kind: &'static str,
    locale: &'static str,
    language: &'static str,
    form: WordsForm,
    errors: Errors,
    /// Whether the merchant's own words are kept.
    own: bool,
    fields: Vec<String>,
    look: Option<Look>,
    /// Whether a test is on its way.
    sent: bool,
}

/// How a text looks.
#[derive(Serialize)]
struct Look {
    text: String,
    units: usize,
    segments: usize,
    wide: bool,
}

impl From<TextPreview> for Look {
    fn from(preview: TextPreview) -> Self {
        Self {
            text: preview.text,
            units: preview.length.units,
            segments: preview.length.segments,
            wide: preview.length.is_wide,
        }
    }
}

fn read_address((kind, locale): &(String, String)) -> Result<(TextKind, Locale), Problem> {
    let kind = TextKind::parse(kind).ok_or_else(Problem::not_found)?;
    let locale = locale.parse().map_err(|_unknown| Problem::not_found())?;
    Ok((kind, locale))
}

pub(super) async fn show(
    staff: Staff<can::ManageSettings>,
    State(desk): State<Desk>,
    Path(address): Address,
) -> Answer {
    let of = read_address(&address)?;
    render(&staff, &desk, of, None, (Errors::default(), false)).await
}

/// With what was typed, or what is kept.
async fn render(
    visitor: &Visitor,
    desk: &Desk,
    (kind, locale): (TextKind, Locale),
    typed: Option<WordsForm>,
    (mut errors, sent): (Errors, bool),
) -> Answer {
    let mails = desk.mails(visitor);
    let mut ctx = visitor.work.read();
    let kept = notifications::find_words(&mut ctx, &mails, kind, locale).await;
    let (words, own) = kept.map_err(problem)?;
    let form = typed.unwrap_or(WordsForm {
        words,
        ..WordsForm::default()
    });
    let look = match notifications::preview_words(&ctx, &mails, (kind, locale), &form.words) {
        Ok(preview) => Some(preview.into()),
        Err(SaveWordsError::Invalid(error)) => {
            errors.add_all(visitor, error.into());
            None
        }
        Err(error) => return Err(problem(error)),
    };
    ctx.rollback().await;
    let status = if errors.is_empty() {
        StatusCode::OK
    } else {
        StatusCode::UNPROCESSABLE_ENTITY
    };
    let view = WordsView {
        kind: kind.as_str(),
        locale: locale.code(),
        language: locale.name(),
        form,
        errors,
        own,
        fields: kind.fields().iter().map(|name| format!("{{{{ {name} }}}}")).collect(),
        look,
        sent,
    };
    visitor.page_with_status(status, "admin/settings/text.html", &view)
}

pub(super) async fn save(
    staff: Staff<can::ManageSettings>,
    State(desk): State<Desk>,
    Path(address): Address,
    Form(form): Form<WordsForm>,
) -> Answer {
    let of = read_address(&address)?;
    if form.action == "preview" {
        return render(&staff, &desk, of, Some(form), (Errors::default(), false)).await;
    }
    let words = if form.action == "reset" { "" } else { &form.words };
    let mut ctx = staff.work.write();
    match notifications::save_words(&mut ctx, &desk.mails(&staff), of, words).await {
        Ok(()) => {
            ctx.commit().await?;
            Ok(back(&staff, of, "admin-flash-saved"))
        }
        Err(SaveWordsError::Invalid(error)) => {
            ctx.rollback().await;
            let errors = Errors::of(&staff, error.into());
            render(&staff, &desk, of, Some(form), (errors, false)).await
        }
        Err(error) => Err(problem(error)),
    }
}

/// Sends what was typed to a telephone, without saving it.
pub(super) async fn send_test(
    staff: Staff<can::ManageSettings>,
    State(desk): State<Desk>,
    Path(address): Address,
    Form(form): Form<WordsForm>,
) -> Answer {
    let of = read_address(&address)?;
    let sent = match PhoneNumber::parse(&form.phone, staff.store().country) {
        Ok(phone) => {
            let mut ctx = staff.work.write();
            let sent = notifications::send_test_text(&mut ctx, &desk.mails(&staff), of, &form.words, &phone).await;
            match sent {
                Ok(_) => ctx.commit().await?,
                Err(_) => ctx.rollback().await,
            }
            sent.map(|_| ())
        }
        Err(error) => Err(error.into()),
    };
    match sent {
        Ok(()) => render(&staff, &desk, of, Some(form), (Errors::default(), true)).await,
        Err(SaveWordsError::Invalid(error)) => {
            let errors = Errors::of(&staff, error.into());
            render(&staff, &desk, of, Some(form), (errors, false)).await
        }
        Err(error) => Err(problem(error)),
    }
}

fn back(visitor: &Visitor, (kind, locale): (TextKind, Locale), said: &'static str) -> Response {
    visitor.flash(said);
    Redirect::to(&format!("/admin/settings/texts/{}/{}", kind.as_str(), locale.code())).into_response()
}

pub(super) fn problem(error: SaveWordsError) -> Problem {
    match error {
        SaveWordsError::Forbidden(error) => error.into(),
        SaveWordsError::Invalid(error) => error.into(),
        SaveWordsError::Internal(error) => error.into(),
    }
}
