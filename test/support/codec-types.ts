// The types of test/support/codec/*.proto as descriptors, compiled by protoc (--include_imports), and a resolver over them.
import { gunzipSync } from 'node:zlib';
import { createFileRegistry, type DescMessage, fromBinary, type Registry } from '@bufbuild/protobuf';
import { FileDescriptorSetSchema } from '@bufbuild/protobuf/wkt';
import type { TypeResolver } from '../../src/schema/schema.ts';

const set =
  'H4sIAAAAAAACA61ZzW8b1xH3cnf5MaQkeu0mNG3EDl0UjppQkaIqidKiFWV9tbKsrCwHKAoQS3IlEVrtsrvLyCpQ9FC0yJ/QQ089' +
  '9NBDD/0DeugpKNC/IUDR9m8I0EM6b94Hl+SuJAsVYHln3u/Nztd7M7OCf2lw7zgIjj13YRAGcdAZHi04/kWTCGuOLzXlUmMF9DX/' +
  'wroHxfhi4LaHoVfTHmlPSnaB0YehZ90F83PHG7q1HPIrNidan8OdbnDWnBDXKqKwfUbsaz99VyweB57jHzeD8HikERMeLZz6wbnP' +
  'tBt0/pDTt/Zbf8q9tcU37Qtk8zPX837CcC/Ylk6eRHwA/9XgrUkze8PQifuBn2XrKhSfCohVg0LkdgO/F5G9ui1JZq/v+EFE9po2' +
  'J1q/1tINnpESpdWL17RaKjvofK1pr2v9XzW4P2m9ezaIM8NcAHODrbd+mW4G0Kq0oXlNG+iVNzLgPxo8mjTgqO96vfaZE51mWfE2' +
  'lDYZ6BliWJwGTnzC4qdjvnKi9ZuMOM2qjdLIpWsaSWoxrW5k6D9NeDBpaBSHw26cZeTvNMgfEML6BPL0dm5jeenxpFlNDmyScdGG' +
  'H4cXtthS/xTKCbZVBf3UvRCHmz1a7yYPdnnpjSnhL9mqOPCruY+0xl9yYBITNQN/6HltLoAJnV2qTwnYQwjht2/ZJV8S1mOo+MOz' +
  'jhu2R+/XEFLmXAVCP/X9YwHSmeIMxLkc9BCgEwRSDQMhRfYqxuOA75MUdJGAmGTqmxl+FOLxSVnp9SO5N097p63cRYiy0pNEKw/G' +
  'ad/vNT6BkkJYTciTMBnRLKcL1Px9KCknWrMAe4e7u+2Xa7uHG9VbrV+lp3qZGyPzfOGaec4Nv1GSf6PBw8kkj/tnbhQ7Z4OsPEe/' +
  'vJCY176OM4+5Evm6x1zpeyMP/NaYLkfnoTMYuGGU5YDHUH4aDDuey6Or6ixzgCaOXaMBsOkFTpyCySUwO368spyC0SUGX3aYBTLG' +
  'BX2wlIIxJwSlgmYkCC/qljqDY5BiQs5B4iSPgUoJhVoXsRulYFQnklmZPxP+f93KLON2o0T48yOonAU9N5RdSKWLVLfJefXs1qx+' +
  'RTtTv6zg168spvVLq1D9quNbvyK7G7/XoXDQdTwnpCPbZxkiE4cIwV1ZpoOs25yw3oD8kIN1SiBBST7CDcpQQTF+xPHsKr9tC0ry' +
  'Ec+uacsWFLtYjvqv3B5uKOBCwZakWsEtRVzJ25K06lCM5KYSLs3Zih6t4TbAtaqtaGbhETurtTI/nUQwzXp0zGsVOtiCsiwwWJ2q' +
  'zdCpoGeygg5FbZaOgaCY5A47B7U5nvlEWO+A2Q28IKxVqf7eaSZTrbnOlmyOaPwxB6XnA5ZNjhdht58MEJYtTn6haWJJRmlbE3Fi' +
  'S/eVIToV7Jw0RSwKzQ0q1LrUXQjl6rOYVbYNYQBbelN4IU+12+R+YAtNaVwh07jtvDAP8a0i5NtkhXxaWW6VoNDmKtIjV4jW6f0t' +
  '7Irb7H3E4o76G7Y4rFyPZbE+yuJRnuWQPZ1nuKDjQiKbVFYYyFdZIaNvInM6+nlqaaeiX0D2dPSLyL00+tZ3wIhD18VkZj2HNY58' +
  'gSs2raMRphcEkYuZrT+ZaeWqmBnEGPWK5UvbFnFtf1UA45kziKwdmBFNnDCMdz3fHteAQZu8GPDfvJEV/R9nWetQpgi0R94vLzVS' +
  'BFFxolLHxUBfMZgQfo9Q2ClS6UIOeQIhSAgZKgYTQk2nOAxGphCG5hVeCOkohrWJjSnXhAfRFA1+imMIRvHkYsrRiMOUER6mCOcz' +
  'leFuZMEWykSKwcIk7rf2KNHSw7TJcVSVRZiOEqz6D+H2VCRTZo+xjwqlxIxR/wHMTUQwud1M2a5PbJ+IXXK7kbK9OLF9ImrJ7cWU' +
  '7Vpy+wFUJ8OV3G/x/e8k92ed3JHQT2FuIngpDn0yPsylnfGESIzSVCCTQgsphlaSk2AIBmUOXmO+cya7Nnpmt43nHsWXaELreMMX' +
  'O6Hjd08w4fTMm0lhGn/PQX79JOh3qRN0jmI3pPKM6UMEco3zIOzxnMKqRhReank+V6pqJ2j0Gb8W9SxFmQy6GJvSEcZlozIrpASz' +
  'VqDgB/EJu/HMa8zGEmx9V97p+eyid0ve6mjukeccU4FkYy9RWIgrvX408JyLNkWmyD3kOR2X6lyXPNj4RxFMal+tj6Ckmj1yUdqM' +
  'q8YqewS2vgdF2aOKYN+b2ig/j9kKis40WF8q3D79LvWlxiactUBlEXtV4f2s6d0WsFGxMq/xYYOpw4b2q8d7m3DW8ii2hatiO4os' +
  '6kT9OsUjTSf6AGdzEB4hHQcDyu7y0t0p7Jp/YTMA6iJbMiDog2n/jyZM1XkuJvvU8tL96QioiVO2K4uyLaxkbBnNlrKzX1Yd/EyG' +
  'bomBVPX3i7Lrms1+kZg9ZUu2rEaIuUteJDfJAaMpGrBqRtjV/Cqas2XVnN3OeEtinFWt26Js3awMc0bjrezr8FbC0Ea1O3Qlpgef' +
  'ENaH6mPSXcI+HL8u6HjzXJefBjmcfRpMsP8vnwa/0sB8HuJ72Z8SAvbQ7vfknxKI3umx4ennQ8eP+3gO+OccRVuzkAv4nVC08Yld' +
  'uf3YPYtEf1Ubt41e1dxBgM1h9TYYjGTGRKdDaQw+XvpW1UTrV41Q88/A5C3Xt+D2+vPd53b7cO9gf2N9Z3Nn42n1llUA3cYHzZqB' +
  '0tONjf12i32lyyG8uLextfZi5+VG9Rv5o6kPBl8UoOK5x073YvyDAec1/m1AfpcemYfIpTm0AJ/QLhNt8EQPtWr4gY8hIRbr5LvB' +
  '0I/JLn01996HNmdY74ER9X/BK9msKnpCgwNcWTV31+ytDZtgrK9g/0fUoKbibQ5gExCvqxF1oaYtSVQ0P3C6p26P+koT5wqcgjnH' +
  'mge9E7yiWxFUkIV0bjeexFc2AzHVvb7PxxjAWpMG3kWATTB8rR4653QzVlaLP3v//UX8t2QzJptIqRrxUX1V7/tHNuewlobKaoXP' +
  '5VRUP4ZCR9TTGUrHR+maXuwhRJy1DhH1LdDRANaxnPd78Yn8JkIEWo93mI+tSU7c9ClSbQ6p18FgxjH9YvdVLFsu9lz/GMqJd1/V' +
  'bycb5nmz2Kt+qTV+DPntwMOsX/oRXnTdYICxSVWndpyVOLbYN/8ADEZbJTAPnq3t7uKZwEfKqmpuFe83LIpuhvSeaCQRsYreOXPC' +
  '0ygD6vK5nCCrLayErjtgXWAq+OgSB4ud/wPNL1bTOx0AAA==';

/** All of the types, for comparing with other codecs. */
export const registry: Registry = createFileRegistry(
  fromBinary(FileDescriptorSetSchema, gunzipSync(Buffer.from(set, 'base64'))),
);

/** A message type by full name. Throws if there is none. */
export function messageType(fullName: string): DescMessage {
  const found = registry.getMessage(fullName);
  if (!found) throw new Error(`no type ${fullName} in test/support/codec`);
  return found;
}

/** The types as the codecs look them up. */
export const types: TypeResolver = {
  message: (fullName) => registry.getMessage(fullName),
  enum: (fullName) => registry.getEnum(fullName),
  extension: (extendee, number) => registry.getExtensionFor(extendee, number),
  extensionByName: (fullName) => registry.getExtension(fullName),
};
