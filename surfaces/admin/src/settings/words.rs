//! The pages that change what a text or a push says, with how it looks and how long it is.

use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse as _, Redirect, Response},
};
use kernel::Locale;
use notifications::{Channel, Mails, Notice, PhoneNumber, SaveWordsError, TextKind, TextPreview};
use serde::{Deserialize, Serialize};
use web::{Answer, Form, Path, Problem, Staff, Visitor, can};

use crate::{Desk, forms::Errors};

type Address = Path<(String, String)>;

/// Which words, and in which language.
type Of = (Channel, TextKind, Locale);

/// Words as they are typed.
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
    /// The room that it is about, such as `texts`.
    room: &'static str,
    kind: &'static str,
    locale: &'static str,
    language: &'static str,
    form: WordsForm,
    errors: Errors,
    /// Whether the merchant's own words are kept.
    own: bool,
    fields: Vec<String>,
    look: Option<Look>,
    notice: Option<NoticeLook>,
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

/// How a push looks.
#[derive(Serialize)]
struct NoticeLook {
    title: String,
    body: String,
}

impl From<Notice> for NoticeLook {
    fn from(notice: Notice) -> Self {
        Self {
            title: notice.title,
            body: notice.body,
        }
    }
}

/// One or the other.
#[derive(Default)]
struct Looks {
    text: Option<Look>,
    notice: Option<NoticeLook>,
}

impl Looks {
    fn of(
        ctx: &database::Ctx,
        mails: &Mails,
        (channel, kind, locale): Of,
        words: &str,
    ) -> Result<Self, SaveWordsError> {
        Ok(match channel {
            Channel::Text => Self {
                text: Some(notifications::preview_words(ctx, mails, (kind, locale), words)?.into()),
                notice: None,
            },
            Channel::Push => Self {
                text: None,
                notice: Some(notifications::preview_push(ctx, mails, (kind, locale), words)?.into()),
            },
        })
    }
}

fn room(channel: Channel) -> &'static str {
    match channel {
        Channel::Text => "texts",
        Channel::Push => "pushes",
    }
}

fn read_address(channel: Channel, (kind, locale): &(String, String)) -> Result<Of, Problem> {
    let kind = TextKind::parse(kind).ok_or_else(Problem::not_found)?;
    let locale = locale.parse().map_err(|_unknown| Problem::not_found())?;
    Ok((channel, kind, locale))
}

pub(super) async fn show_text(
    staff: Staff<can::ManageSettings>,
    State(desk): State<Desk>,
    Path(address): Address,
) -> Answer {
    let of = read_address(Channel::Text, &address)?;
    render(&staff, &desk, of, None, (Errors::default(), false)).await
}

pub(super) async fn show_push(
    staff: Staff<can::ManageSettings>,
    State(desk): State<Desk>,
    Path(address): Address,
) -> Answer {
    let of = read_address(Channel::Push, &address)?;
    render(&staff, &desk, of, None, (Errors::default(), false)).await
}

/// With what was typed, or what is kept.
async fn render(
    visitor: &Visitor,
    desk: &Desk,
    of: Of,
    typed: Option<WordsForm>,
    (mut errors, sent): (Errors, bool),
) -> Answer {
    let (channel, kind, locale) = of;
    let mails = desk.mails(visitor);
    let mut ctx = visitor.work.read();
    let kept = notifications::find_words(&mut ctx, &mails, channel, (kind, locale)).await;
    let (words, own) = kept.map_err(problem)?;
    let form = typed.unwrap_or(WordsForm {
        words,
        ..WordsForm::default()
    });
    let looks = match Looks::of(&ctx, &mails, of, &form.words) {
        Ok(looks) => looks,
        Err(SaveWordsError::Invalid(error)) => {
            errors.add_all(visitor, error.into());
            Looks::default()
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
        room: room(channel),
        kind: kind.as_str(),
        locale: locale.code(),
        language: locale.name(),
        form,
        errors,
        own,
        fields: kind.fields().iter().map(|name| format!("{{{{ {name} }}}}")).collect(),
        look: looks.text,
        notice: looks.notice,
        sent,
    };
    visitor.page_with_status(status, "admin/settings/text.html", &view)
}

pub(super) async fn save_text(
    staff: Staff<can::ManageSettings>,
    State(desk): State<Desk>,
    Path(address): Address,
    Form(form): Form<WordsForm>,
) -> Answer {
    save(&staff, &desk, read_address(Channel::Text, &address)?, form).await
}

pub(super) async fn save_push(
    staff: Staff<can::ManageSettings>,
    State(desk): State<Desk>,
    Path(address): Address,
    Form(form): Form<WordsForm>,
) -> Answer {
    save(&staff, &desk, read_address(Channel::Push, &address)?, form).await
}

async fn save(visitor: &Visitor, desk: &Desk, of: Of, form: WordsForm) -> Answer {
    if form.action == "preview" {
        return render(visitor, desk, of, Some(form), (Errors::default(), false)).await;
    }
    let (channel, kind, locale) = of;
    let words = if form.action == "reset" { "" } else { &form.words };
    let mut ctx = visitor.work.write();
    match notifications::save_words(&mut ctx, &desk.mails(visitor), channel, (kind, locale), words).await {
        Ok(()) => {
            ctx.commit().await?;
            Ok(back(visitor, of, "admin-flash-saved"))
        }
        Err(SaveWordsError::Invalid(error)) => {
            ctx.rollback().await;
            let errors = Errors::of(visitor, error.into());
            render(visitor, desk, of, Some(form), (errors, false)).await
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
    let of = read_address(Channel::Text, &address)?;
    let (_, kind, locale) = of;
    let sent = match PhoneNumber::parse(&form.phone, staff.store().country) {
        Ok(phone) => {
            let mut ctx = staff.work.write();
            let sent =
                notifications::send_test_text(&mut ctx, &desk.mails(&staff), (kind, locale), &form.words, &phone).await;
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

fn back(visitor: &Visitor, (channel, kind, locale): Of, said: &'static str) -> Response {
    visitor.flash(said);
    let page = format!("/admin/settings/{}/{}/{}", room(channel), kind.as_str(), locale.code());
    Redirect::to(&page).into_response()
}

/// What a channel sends, with the languages in which the words are the merchant's own.
#[derive(Serialize)]
pub(super) struct KindRow {
    kind: &'static str,
    /// Whether it is sent.
    sent: bool,
    languages: Vec<LanguageRow>,
}

#[derive(Serialize)]
struct LanguageRow {
    locale: &'static str,
    name: &'static str,
    /// Whether the words are the merchant's own.
    own: bool,
}

/// Everything that a channel can send.
pub(super) async fn rows(
    visitor: &Visitor,
    channel: Channel,
    sends: impl Fn(TextKind) -> bool,
) -> Result<Vec<KindRow>, Problem> {
    let mut ctx = visitor.work.read();
    let own = notifications::list_words(&mut ctx, channel).await.map_err(problem)?;
    ctx.rollback().await;
    let row = |kind: &TextKind| KindRow {
        kind: kind.as_str(),
        sent: sends(*kind),
        languages: Locale::ALL
            .map(|locale| LanguageRow {
                locale: locale.code(),
                name: locale.name(),
                own: own.iter().any(|own| own.kind == *kind && own.locale == locale),
            })
            .into(),
    };
    Ok(TextKind::ALL.iter().map(row).collect())
}

fn problem(error: SaveWordsError) -> Problem {
    match error {
        SaveWordsError::Forbidden(error) => error.into(),
        SaveWordsError::Invalid(error) => error.into(),
        SaveWordsError::Internal(error) => error.into(),
    }
}
