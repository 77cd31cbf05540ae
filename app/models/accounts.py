"""People: accounts, roles, sessions and throttles."""

from __future__ import annotations

import uuid
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.domain.actors import Role
from app.models.base import Base, Code, Key, Name, Sha256, enum_type


class User(Base):
    """Somebody with an account. The e-mail address is kept in lower case."""

    __tablename__ = "user_account"
    __table_args__ = (
        sa.CheckConstraint("email = lower(email)", name="email_lower_case"),
        sa.CheckConstraint("language IN ('fi', 'sv', 'en')", name="language_known"),
    )

    id: Mapped[Key]
    email: Mapped[Name] = mapped_column(unique=True)
    display_name: Mapped[Name]
    title: Mapped[Name] = mapped_column(default="")
    phone: Mapped[str] = mapped_column(sa.String(40), default="")
    password_hash: Mapped[Name]
    language: Mapped[str] = mapped_column(sa.String(2), default="fi")
    is_active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime]
    roles: Mapped[list[RoleGrant]] = relationship(
        back_populates="user",
        foreign_keys="RoleGrant.user_id",
        order_by="RoleGrant.id",
        cascade="all, delete-orphan",
    )


class RoleGrant(Base):
    """A role that a person holds; officers and decision makers hold it at a body."""

    __tablename__ = "role_grant"
    __table_args__ = (sa.UniqueConstraint("user_id", "role", "authority_key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("user_account.id"))
    role: Mapped[Role] = mapped_column(enum_type(Role))
    authority_key: Mapped[Code] = mapped_column(default="")
    granted_at: Mapped[datetime]
    granted_by: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("user_account.id"))
    user: Mapped[User] = relationship(back_populates="roles", foreign_keys=[user_id])


class UserSession(Base):
    """A login on one device. Only the SHA-256 of the token is stored."""

    __tablename__ = "user_session"

    token_sha256: Mapped[Sha256] = mapped_column(primary_key=True)
    user_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("user_account.id"), index=True)
    created_at: Mapped[datetime]
    last_seen_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    device: Mapped[Name] = mapped_column(default="")
    user: Mapped[User] = relationship()


class AccountToken(Base):
    """A single-use link sent by e-mail: confirm the address, or choose a new password."""

    __tablename__ = "account_token"

    token_sha256: Mapped[Sha256] = mapped_column(primary_key=True)
    user_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("user_account.id"), index=True)
    purpose: Mapped[Code]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class Throttle(Base):
    """How often something was tried on one account or target within a window; never per address alone."""

    __tablename__ = "throttle"

    key: Mapped[Name] = mapped_column(primary_key=True)
    count: Mapped[int]
    window_ends_at: Mapped[datetime]
