//! Files of a product: what is taken, what is refused, and how they are put in order.

use axum::http::StatusCode;
use catalog::{Attachment, AttachmentKind, Image};
use kernel::ProductId;

use super::{
    desk::{Reply, TestDesk},
    stocked::stock,
};

const DRAWING: &str = "<svg xmlns=\"http://www.w3.org/2000/svg\"><path d=\"M0 0h1v1z\"/></svg>";
const OTHER: &str = "<svg xmlns=\"http://www.w3.org/2000/svg\"><path d=\"M0 0h2v2z\"/></svg>";

/// Sends a product's form with these files, by name and content.
async fn upload(desk: &TestDesk, product: ProductId, fields: &[(&str, &str)], files: &[(&str, &str)]) -> Reply {
    send(desk, &format!("/admin/uploads/{product}"), fields, files).await
}

async fn send(desk: &TestDesk, path: &str, fields: &[(&str, &str)], files: &[(&str, &str)]) -> Reply {
    let mut body = String::new();
    for (name, value) in fields {
        body += &format!("--x\r\ncontent-disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
    }
    for (name, content) in files {
        body += &format!(
            "--x\r\ncontent-disposition: form-data; name=\"file\"; filename=\"{name}\"\r\ncontent-type: image/png\r\n\r\n{content}\r\n"
        );
    }
    body += "--x--\r\n";
    desk.ask("everything", ("POST", path), ("multipart/form-data; boundary=x", body))
        .await
}

async fn shown(desk: &TestDesk, product: ProductId) -> (Vec<Image>, Vec<Attachment>) {
    let mut ctx = desk.db.work().read();
    let details = catalog::find_product_by_id(&mut ctx, product).await.unwrap().unwrap();
    let attachments = catalog::list_attachments(&mut ctx, product).await.unwrap();
    (details.images, attachments)
}

#[tokio::test]
async fn each_file_becomes_what_its_bytes_say() {
    let desk = TestDesk::open().await;
    let product = stock(&desk).await.product;
    let files = [
        ("a.svg", DRAWING),
        ("b.png", OTHER),
        ("manual.png", "%PDF-1.7"),
        ("clip.png", "\0\0\0\x20ftypisom"),
        ("chair.png", "glTF\x02\0\0\0"),
    ];
    let done = upload(&desk, product, &[("alt", "Chair")], &files).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.text);
    let (images, attachments) = shown(&desk, product).await;
    assert_eq!(images.len(), 2);
    let kinds: Vec<_> = attachments.iter().map(|attachment| attachment.kind).collect();
    assert_eq!(
        kinds,
        [AttachmentKind::File, AttachmentKind::Video, AttachmentKind::Model]
    );
    assert!(attachments.iter().all(|attachment| attachment.title == "Chair"));
    // The same files again add nothing.
    upload(&desk, product, &[("alt", "Chair")], &files).await;
    let (images, attachments) = shown(&desk, product).await;
    assert_eq!((images.len(), attachments.len()), (2, 3));
}

#[tokio::test]
async fn one_bad_file_does_not_take_the_others_with_it() {
    let desk = TestDesk::open().await;
    let product = stock(&desk).await.product;
    let large = format!("%PDF-1.7{}", "x".repeat(64 * 1024 * 1024));
    let files = [
        ("good.svg", DRAWING),
        ("notes.png", "only words"),
        ("bomb.gif", "GIF89a\x7f\x7f\x7f\x7f"),
        ("script.svg", "<svg><script>1</script></svg>"),
        ("large.pdf", &large),
    ];
    let refused = upload(&desk, product, &[("alt", "Kept words")], &files).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    for said in [
        "notes.png: This is no picture",
        "bomb.gif: This picture has more than 50 million dots",
        "script.svg: This drawing holds scripts",
        "large.pdf: It is larger than 64 MB",
        "value=\"Kept words\"",
    ] {
        assert!(refused.text.contains(said), "{said}: {}", refused.text);
    }
    assert_eq!(shown(&desk, product).await.0.len(), 1);
    let nothing = upload(&desk, product, &[("alt", "")], &[("", "")]).await;
    assert!(nothing.text.contains("id=\"error-file\""), "{}", nothing.text);
}

#[tokio::test]
async fn a_picture_is_taken_for_whatever_shows_one() {
    let desk = TestDesk::open().await;
    for page in ["/admin/pictures", "/admin/home-page/pictures"] {
        let form = desk.get(page).await.text;
        assert!(form.contains(&format!("action=\"{page}\"")), "{form}");
        let taken = send(&desk, page, &[], &[("shelf.svg", DRAWING)]).await;
        assert_eq!(taken.status, StatusCode::OK, "{}", taken.text);
        assert!(
            taken.text.contains("id=\"field-url\" value=\"/media/"),
            "{}",
            taken.text
        );
        for (file, said) in [
            (("manual.png", "%PDF-1.7"), "This is not a picture the shop can show."),
            (
                ("script.svg", "<svg><script>1</script></svg>"),
                "script.svg: This drawing holds scripts",
            ),
            (("", ""), "id=\"error-file\""),
        ] {
            let refused = send(&desk, page, &[], &[file]).await;
            assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{file:?}");
            assert!(refused.text.contains(said), "{file:?}: {}", refused.text);
        }
    }
    let shelf = [
        ("name", "Shelves"),
        ("image_url", "/media/shelf.svg"),
        ("image_alt", " Shelves of oak "),
    ];
    assert_eq!(desk.post("/admin/categories/new", &shelf).await.status, 303);
    let best = [
        ("title", "Best"),
        ("chosen", "hand"),
        ("image_url", "/media/best.svg"),
        ("image_alt", "A medal"),
    ];
    assert_eq!(desk.post("/admin/collections/new", &best).await.status, 303);
    let mut ctx = desk.db.work().read();
    let category = catalog::list_categories(&mut ctx).await.unwrap().remove(0);
    let collection = catalog::list_collections(&mut ctx).await.unwrap().remove(0);
    assert_eq!(
        (category.image_alt.as_str(), collection.image_alt.as_str()),
        ("Shelves of oak", "A medal")
    );
    for page in [
        format!("/admin/categories/{}", category.id),
        format!("/admin/collections/{}", collection.id),
    ] {
        let form = desk.get(&page).await.text;
        assert!(form.contains("data-picture=\"/admin/pictures\""), "{form}");
        assert!(
            form.contains(&category.image_alt) || form.contains(&collection.image_alt),
            "{form}"
        );
    }
}

#[tokio::test]
async fn a_turn_is_all_of_its_pictures_or_none() {
    let desk = TestDesk::open().await;
    let product = stock(&desk).await.product;
    for files in [
        [("1.svg", DRAWING), ("2.svg", "no drawing")],
        [("1.svg", DRAWING), ("2.pdf", "%PDF-1.7")],
    ] {
        let refused = upload(&desk, product, &[("turn", "1")], &files).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(refused.text.contains("name=\"turn\" value=\"1\" checked"));
    }
    let alone = upload(&desk, product, &[("turn", "1")], &[("1.svg", DRAWING)]).await;
    assert!(alone.text.contains("2 to 120 pictures"), "{}", alone.text);
    assert_eq!(shown(&desk, product).await, (Vec::new(), Vec::new()));
    let files = [("1.svg", DRAWING), ("2.svg", OTHER)];
    let done = upload(&desk, product, &[("alt", "Around"), ("turn", "1")], &files).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER);
    let (images, attachments) = shown(&desk, product).await;
    assert_eq!((images.len(), attachments[0].kind), (0, AttachmentKind::Turn));
    assert_eq!(attachments[0].urls.len(), 2);
}

#[tokio::test]
async fn files_are_put_in_order_shown_by_variants_and_taken_off() {
    let desk = TestDesk::open().await;
    let stocked = stock(&desk).await;
    let product = stocked.product;
    let files = [
        ("1.svg", DRAWING),
        ("2.svg", OTHER),
        ("a.pdf", "%PDF-1.7"),
        ("b.pdf", "%PDF-1.8"),
    ];
    upload(&desk, product, &[("alt", "Words")], &files).await;
    let (images, attachments) = shown(&desk, product).await;
    let page = format!("/admin/products/{product}/images");

    let (first, second) = (images[0].url.as_str(), images[1].url.as_str());
    let form = [
        ("place", "1"),
        ("url", first),
        ("alt", "One"),
        ("place", "2"),
        ("url", second),
        ("alt", "Two"),
        ("move", "down-0"),
    ];
    assert_eq!(desk.post(&page, &form).await.location, page);
    let moved = shown(&desk, product).await.0;
    assert_eq!((moved[0].url.as_str(), moved[0].alt.as_str()), (second, "Two"));

    let (one, two) = (attachments[0].id.to_string(), attachments[1].id.to_string());
    let form = [
        ("attachment", one.as_str()),
        ("place", "2"),
        ("title", "Behind"),
        ("attachment", two.as_str()),
        ("place", "1"),
        ("title", "Before"),
    ];
    let done = desk
        .post(&format!("/admin/products/{product}/attachments"), &form)
        .await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.text);
    let titles: Vec<_> = shown(&desk, product)
        .await
        .1
        .into_iter()
        .map(|attachment| attachment.title)
        .collect();
    assert_eq!(titles, ["Before", "Behind"]);

    let image = moved[0].id;
    let variants = format!("{page}/{image}/variants");
    assert!(desk.get(&variants).await.text.contains("Moss"));
    desk.post(&variants, &[("variant", &stocked.variant.to_string())]).await;
    let mut ctx = desk.db.work().read();
    let variant = catalog::find_variant(&mut ctx, stocked.variant).await.unwrap().unwrap();
    ctx.rollback().await;
    assert_eq!(variant.image_url, second);

    for (path, gone) in [
        (format!("{page}/{image}/remove"), true),
        (format!("/admin/products/{product}/attachments/{one}/remove"), true),
        (format!("{page}/{image}/remove"), false),
    ] {
        assert_eq!(desk.get(&path).await.status == StatusCode::OK, gone);
        assert_eq!(desk.post(&path, &[]).await.status == StatusCode::SEE_OTHER, gone);
    }
    let (images, attachments) = shown(&desk, product).await;
    assert_eq!((images.len(), attachments.len()), (1, 1));
    let mut ctx = desk.db.work().read();
    let variant = catalog::find_variant(&mut ctx, stocked.variant).await.unwrap().unwrap();
    assert_eq!(variant.image_url, "", "a variant shows no picture that is gone");
}

#[tokio::test]
async fn what_was_added_meanwhile_stays() {
    let desk = TestDesk::open().await;
    let product = stock(&desk).await.product;
    upload(&desk, product, &[("alt", "First")], &[("1.svg", DRAWING)]).await;
    let first = shown(&desk, product).await.0.remove(0);
    let page = format!("/admin/products/{product}/images");
    let saved = first.id.to_string();
    assert!(
        desk.get(&page)
            .await
            .text
            .contains(&format!("name=\"saved\" value=\"{saved}\""))
    );
    upload(&desk, product, &[("alt", "Second")], &[("2.svg", OTHER)]).await;
    let form = |url: &'static str| [("saved", saved.as_str()), ("place", "1"), ("url", url), ("alt", "Else")];
    desk.post(&page, &form("https://example.com/else.png")).await;
    let (images, _) = shown(&desk, product).await;
    let words: Vec<_> = images.iter().map(|image| image.alt.as_str()).collect();
    assert_eq!(
        words,
        ["Else", "Second"],
        "the first was replaced, the second was not shown"
    );
    let form = [("saved", images[0].id.to_string()), ("saved", images[1].id.to_string())];
    let form = form.each_ref().map(|(name, value)| (*name, value.as_str()));
    desk.post(&page, &form).await;
    assert_eq!(shown(&desk, product).await.0, []);
}
