//! What a product's page shows beside its texts.

use super::*;
use crate::{
    AttachmentKind, NewAttachment, NewImage, Product, add_image, arrange_attachments, assign_image, attach, detach,
    find_product_by_id, list_attachments, remove_image, set_images,
};

fn image(alt: &str) -> NewImage {
    NewImage {
        url: "/media/mug.svg".to_owned(),
        alt: alt.to_owned(),
    }
}

fn manual() -> NewAttachment {
    NewAttachment {
        kind: AttachmentKind::File,
        urls: vec!["/media/manual.pdf".to_owned()],
        title: "Manual".to_owned(),
        size_bytes: 9,
    }
}

async fn read(db: &TestDatabase, details: &ProductDetails) -> ProductDetails {
    let found = find_product_by_id(&mut db.work().read(), details.product.id).await;
    found.unwrap().unwrap()
}

#[tokio::test]
async fn the_same_file_again_changes_nothing() {
    let db = TestDatabase::new().await;
    let mug = shelf(&db, vec![product("Mug", Some(100))]).await.remove(0);
    let id = mug.product.id;
    let (front, attached) = write(&db, async |ctx| {
        let front = add_image(ctx, id, image("A mug")).await.unwrap();
        (front, attach(ctx, id, manual()).await.unwrap())
    })
    .await;
    let before = read(&db, &mug).await;
    db.clock().advance(TimeDelta::minutes(1));
    write(&db, async |ctx| {
        for alt in ["A mug", ""] {
            assert_eq!(add_image(ctx, id, image(alt)).await.unwrap(), front, "{alt}");
        }
        assert_eq!(attach(ctx, id, manual()).await.unwrap(), attached);
    })
    .await;
    assert_eq!(read(&db, &mug).await, before);
    let renamed = write(&db, async |ctx| add_image(ctx, id, image("A large mug")).await.unwrap()).await;
    assert_eq!((renamed.id, renamed.alt.as_str()), (front.id, "A large mug"));
    let after = read(&db, &mug).await;
    assert_eq!(after.product.version, before.product.version + 1);
    assert_eq!(after.images, [renamed]);
}

#[tokio::test]
async fn a_product_that_has_the_most_pictures_takes_one_of_them_again() {
    let db = TestDatabase::new().await;
    let mug = shelf(&db, vec![product("Mug", Some(100))]).await.remove(0);
    let id = mug.product.id;
    let numbered = |number: usize| NewImage {
        url: format!("/media/{number}.svg"),
        alt: String::new(),
    };
    let mut ctx = db.work().write();
    set_images(&mut ctx, id, (0..250).map(numbered).collect())
        .await
        .unwrap();
    let again = add_image(&mut ctx, id, numbered(7)).await.unwrap();
    assert_eq!(again.position, 7);
    let more = add_image(&mut ctx, id, numbered(250)).await;
    assert!(matches!(more, Err(crate::SetImagesError::Invalid(_))), "{more:?}");
}

/// Lists show what was changed last first, and callers who know an older version are told so.
#[tokio::test]
async fn whatever_a_product_shows_is_a_change_of_it() {
    let db = TestDatabase::new().await;
    let mug = shelf(&db, vec![product("Mug", Some(100))]).await.remove(0);
    let (id, variant) = (mug.product.id, mug.variants[0].id);
    let seen = |product: &Product| (product.version, product.updated_at);
    for what in ["add", "assign", "set", "attach", "arrange", "detach", "remove"] {
        let before = read(&db, &mug).await;
        let attached = list_attachments(&mut db.work().read(), id).await.unwrap();
        let (image_ids, attachment_ids): (Vec<_>, Vec<_>) = (
            before.images.iter().map(|image| image.id).collect(),
            attached.iter().map(|attachment| attachment.id).collect(),
        );
        db.clock().advance(TimeDelta::minutes(1));
        write(&db, async |ctx| match what {
            "add" => drop(add_image(ctx, id, image("A mug")).await.unwrap()),
            "assign" => assign_image(ctx, id, image_ids[0], &[variant]).await.unwrap(),
            "set" => drop(set_images(ctx, id, vec![image("The mug")]).await.unwrap()),
            "attach" => drop(attach(ctx, id, manual()).await.unwrap()),
            "arrange" => {
                let named = vec![(attachment_ids[0], "Guide".to_owned())];
                drop(arrange_attachments(ctx, id, named).await.unwrap());
            }
            "detach" => detach(ctx, id, attachment_ids[0]).await.unwrap(),
            _ => remove_image(ctx, id, image_ids[0]).await.unwrap(),
        })
        .await;
        let after = read(&db, &mug).await;
        let expected = (before.product.version + 1, db.database().now());
        assert_eq!(seen(&after.product), expected, "{what}");
    }
}
