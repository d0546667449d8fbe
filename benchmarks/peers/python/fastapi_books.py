"""Books with FastAPI and SQLAlchemy's ORM, as their tutorials go: `uvicorn fastapi_books:app`.

It reads and writes the tables of the site, so both work on the same rows.
"""

import os
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Annotated
from uuid import UUID

import jwt
from fastapi import Depends, FastAPI, HTTPException, Query, Request, Response
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from pydantic import BaseModel, ConfigDict, Field, field_validator
from sqlalchemy import Column, DateTime, ForeignKey, SmallInteger, String, Table, Text, select
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship, selectinload
from sqlalchemy.sql import tuple_

SECRET = os.environ["PEER_SECRET"]
engine = create_async_engine(
    os.environ["DATABASE_URL"].replace("postgresql:", "postgresql+asyncpg:")
)
sessions = async_sessionmaker(engine, expire_on_commit=False)


class Base(DeclarativeBase):
    pass


book_genres = Table(
    "books_book_genres",
    Base.metadata,
    Column("book_id", ForeignKey("books_book.id"), primary_key=True),
    Column("genre_id", ForeignKey("books_genre.id"), primary_key=True),
)


class Author(Base):
    __tablename__ = "books_author"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    name_key: Mapped[str] = mapped_column(String(200))


class Genre(Base):
    __tablename__ = "books_genre"
    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(50))


class Authorship(Base):
    __tablename__ = "books_authorship"
    id: Mapped[int] = mapped_column(primary_key=True)
    book_id: Mapped[int] = mapped_column(ForeignKey("books_book.id"))
    author_id: Mapped[int] = mapped_column(ForeignKey("books_author.id"))
    position: Mapped[int] = mapped_column(SmallInteger)
    author: Mapped[Author] = relationship(lazy="joined")


class Book(Base):
    __tablename__ = "books_book"
    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str] = mapped_column(String(300))
    isbn: Mapped[str | None] = mapped_column(String(13))
    published_year: Mapped[int | None] = mapped_column(SmallInteger)
    language: Mapped[str | None] = mapped_column(String(35))
    description: Mapped[str] = mapped_column(Text, default="")
    cover: Mapped[UUID | None]
    owner_id: Mapped[UUID | None]
    ratings_total: Mapped[int] = mapped_column(default=0)
    reviews_count: Mapped[int] = mapped_column(default=0)
    version: Mapped[int] = mapped_column(default=1)
    title_key: Mapped[str] = mapped_column(String(200), default="")
    search_text: Mapped[str] = mapped_column(Text, default="")
    fingerprint: Mapped[str] = mapped_column(String(32), default="")
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    updated_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    authorships: Mapped[list[Authorship]] = relationship(order_by=Authorship.position)
    genre_rows: Mapped[list[Genre]] = relationship(secondary=book_genres)

    @property
    def authors(self) -> list[str]:
        return [authorship.author.name for authorship in self.authorships]

    @property
    def genres(self) -> list[str]:
        return sorted(genre.slug for genre in self.genre_rows)

    @property
    def rating(self) -> float | None:
        return round(self.ratings_total / self.reviews_count, 2) if self.reviews_count else None

    @property
    def owner(self) -> UUID | None:
        return self.owner_id


class NewBook(BaseModel):
    title: str = Field(min_length=1, max_length=300)
    authors: list[str] = Field(min_length=1, max_length=100)
    isbn: str | None = None
    published_year: int | None = Field(default=None, ge=-3000, le=2100)
    language: str | None = None
    genres: list[str] = []
    description: str = Field(default="", max_length=10_000)

    @field_validator("title")
    @classmethod
    def has_words(cls, title: str) -> str:
        if not title.strip():
            raise ValueError("may not be blank")
        return title.strip()


class BookOut(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    id: int
    title: str
    authors: list[str]
    isbn: str | None
    published_year: int | None
    language: str | None
    genres: list[str]
    description: str
    cover: UUID | None
    rating: float | None
    reviews_count: int
    owner: UUID | None
    created_at: datetime
    updated_at: datetime


class Page(BaseModel):
    next: str | None
    results: list[BookOut]


async def session() -> AsyncIterator[AsyncSession]:
    async with sessions() as opened:
        yield opened


Session = Annotated[AsyncSession, Depends(session)]
Bearer = Annotated[HTTPAuthorizationCredentials, Depends(HTTPBearer())]
WITH_NAMES = (selectinload(Book.authorships), selectinload(Book.genre_rows))
app = FastAPI()


def user_id(bearer: Bearer) -> UUID:
    try:
        return UUID(jwt.decode(bearer.credentials, SECRET, algorithms=["HS256"])["sub"])
    except (jwt.PyJWTError, ValueError, KeyError) as error:
        raise HTTPException(401, headers={"WWW-Authenticate": "Bearer"}) from error


@app.get("/healthz/live")
async def live() -> dict[str, str]:
    return {"status": "ok"}


@app.get("/api/v1/books/")
async def books(
    request: Request,
    session: Session,
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
    after: str | None = None,
) -> Page:
    query = select(Book).options(*WITH_NAMES).order_by(Book.created_at.desc(), Book.id.desc())
    if after:
        created_at, _, key = after.partition("_")
        place = tuple_(Book.created_at, Book.id)
        query = query.where(place < (datetime.fromisoformat(created_at), int(key)))
    found = list(await session.scalars(query.limit(limit + 1)))
    url = None
    if len(found) > limit:
        last = found[limit - 1]
        cursor = f"{last.created_at.isoformat()}_{last.id}"
        url = str(request.url.include_query_params(after=cursor))
    return Page(next=url, results=[BookOut.model_validate(book) for book in found[:limit]])


@app.get("/api/v1/books/{book_id}/")
async def book(book_id: int, session: Session) -> BookOut:
    found = await session.scalar(select(Book).options(*WITH_NAMES).where(Book.id == book_id))
    if found is None:
        raise HTTPException(404)
    return BookOut.model_validate(found)


@app.post("/api/v1/books/", status_code=201)
async def create(
    new: NewBook,
    session: Session,
    response: Response,
    owner: Annotated[UUID, Depends(user_id)],
) -> BookOut:
    now = datetime.now(UTC)
    fields = new.model_dump(exclude={"authors", "genres"})
    made = Book(**fields, cover=None, owner_id=owner, created_at=now, updated_at=now)
    known = await session.scalars(select(Author).where(Author.name.in_(new.authors)))
    authors = {author.name: author for author in known}
    kinds = await session.scalars(select(Genre).where(Genre.slug.in_(new.genres)))
    genres = {genre.slug: genre for genre in kinds}
    for slug in new.genres:
        genres.setdefault(slug, Genre(slug=slug))
    made.genre_rows = [genres[slug] for slug in new.genres]
    made.authorships = [
        Authorship(
            position=position,
            author=authors.get(name) or Author(name=name, name_key=name.lower()),
        )
        for position, name in enumerate(new.authors)
    ]
    session.add(made)
    await session.commit()
    response.headers["Location"] = f"/api/v1/books/{made.id}/"
    return BookOut.model_validate(made)
