from __future__ import annotations

from rest_framework import serializers


class RegisterSerializer(serializers.Serializer[dict[str, str]]):
    email = serializers.EmailField()
    password = serializers.CharField(max_length=200, trim_whitespace=False)
    first_name = serializers.CharField(max_length=80, required=False, allow_blank=True)
    last_name = serializers.CharField(max_length=80, required=False, allow_blank=True)
    organization_name = serializers.CharField(max_length=160, required=False, allow_blank=True)


class RegisteredSerializer(serializers.Serializer[dict[str, str]]):
    status = serializers.CharField(help_text="`confirmation_sent`: a link is in the mail")


class LoginSerializer(serializers.Serializer[dict[str, str]]):
    email = serializers.EmailField()
    password = serializers.CharField(max_length=200, trim_whitespace=False)


class RefreshSerializer(serializers.Serializer[dict[str, str]]):
    refresh_token = serializers.CharField()


class MemberOfSerializer(serializers.Serializer[dict[str, object]]):
    id = serializers.IntegerField()
    name = serializers.CharField()
    role = serializers.CharField()


class TokensSerializer(serializers.Serializer[dict[str, object]]):
    access_token = serializers.CharField()
    refresh_token = serializers.CharField(help_text="Good once; each refresh gives the next one")
    token_type = serializers.CharField(default="Bearer")
    expires_in = serializers.IntegerField(help_text="Seconds the access token lives")


class SignedInSerializer(TokensSerializer):
    organizations = MemberOfSerializer(many=True)


class PersonSerializer(serializers.Serializer[object]):
    id = serializers.IntegerField()
    email = serializers.EmailField()
    first_name = serializers.CharField()
    last_name = serializers.CharField()
    organizations = MemberOfSerializer(many=True)
